"""Run every test, those of the stored outputs included: `python3 course.py test`."""

import sys

import pytest

from autodiff_course.house import lessons_in

NBVAL = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=120"]
# One run, so that there is one closing line; a file that cannot be imported fails
# it and stops nothing. The cells of a notebook share a kernel, so whole files go to
# a worker.
ARGUMENTS = ["tests", "autodiff_course", "--all", *NBVAL]
ARGUMENTS += ["--continue-on-collection-errors", "-n", "2", "--dist", "loadscope"]


if __name__ == "__main__":
    sys.exit(pytest.main([*ARGUMENTS, *map(str, lessons_in("notebooks"))]))
