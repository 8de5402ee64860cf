"""What the lessons store does not depend on the kind of processor.

NumPy and OpenBLAS choose their loops by what a processor can do, and these differ in
the last digit. Here they are told to know nothing newer than 2008.
"""

import os
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
FEATURES = "from numpy._core._multiarray_umath import __cpu_features__ as has; "


def run(*words):
    """Run a command of this Python as on an old processor."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**os.environ, **OLD},
        capture_output=True,
        encoding="utf-8",
        timeout=600,
    )


@pytest.mark.slow
def test_every_lesson_gives_its_outputs_on_an_old_processor():
    told = run("-c", f"{FEATURES}print(has.get('X86_V3'))").stdout.strip()
    if told == "None":
        pytest.skip("This NumPy, or this kind of processor, names other features.")
    assert told == "False"
    lessons = map(str, lessons_in(NOTEBOOKS))
    done = run("-m", "pytest", "-q", "-p", "no:cacheprovider", *NBVAL, *lessons)
    assert done.returncode == 0, done.stdout[-3000:]
