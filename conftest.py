"""nbval compares what a picture says, not its pixels, wherever it is started."""

from pathlib import Path

SANITIZERS = Path(__file__).parent / "tests" / "nbval.cfg"


def pytest_configure(config):
    if not getattr(config.option, "nbval_sanitize_with", SANITIZERS):
        config.option.nbval_sanitize_with = str(SANITIZERS)
