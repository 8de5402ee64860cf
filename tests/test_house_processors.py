"""What the lessons store does not depend on the kind of processor.

NumPy and OpenBLAS choose their loops by what a processor can do, and these differ in
the last digit. Here they are told to know nothing newer than 2008.
"""

import os
import platform
import subprocess
import sys

import pytest
from lessons import NOTEBOOKS, ROOT

from autodiff_course.house import lessons_in
from autodiff_course.house.check import NBVAL

OLD = {
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL",
    "OPENBLAS_CORETYPE": "Nehalem",
}
KNOWN_KINDS = ("x86_64", "AMD64")


@pytest.mark.slow
@pytest.mark.skipif(platform.machine() not in KNOWN_KINDS, reason="other features")
def test_every_lesson_gives_its_outputs_on_an_old_processor():
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *NBVAL]
    done = subprocess.run(
        [*command, "-n", "2", "--dist", "loadscope", *map(str, lessons_in(NOTEBOOKS))],
        cwd=ROOT,
        env={**os.environ, **OLD},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout[-3000:]
