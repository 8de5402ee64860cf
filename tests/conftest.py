"""Which tests run, and the browser that some of them need."""

import os
import shutil

import pytest


def pytest_addoption(parser):
    parser.addoption("--all", action="store_true", help="also run the slow tests")
    parser.addoption(
        "--refresh", action="store_true", help="also execute every lesson twice"
    )


def pytest_collection_modifyitems(config, items):
    """Skip what was not asked for, so that a plain run stays under a minute."""
    wants = {"slow": "--all", "browser": "--all", "refresh": "--refresh"}
    for item in items:
        for marker, option in wants.items():
            if item.get_closest_marker(marker) and not config.getoption(option):
                item.add_marker(pytest.mark.skip(reason=f"runs with {option}"))


@pytest.fixture(scope="session")
def chromium():
    """Return the path of Chromium; without it skip, or fail where CI is set."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    if os.environ.get("CI"):
        pytest.fail("CI is set, so the browser tests must run: install chromium.")
    pytest.skip("There is no Chromium here; install chromium to run this.")
