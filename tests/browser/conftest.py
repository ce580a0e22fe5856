"""Fixtures for tests in a real JupyterLab; see `lab.py` for what a notebook can do."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.support import lab


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser test counts as failed when it fails twice.

    JupyterLab itself stumbles now and then while it starts a session: a command of its menu does nothing, or it asks for
    a kernel that it has.
    """
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    """Chromium, started once; without one the test is skipped, in CI it fails."""
    if lab.chromium() is None and not os.environ.get("CI"):
        pytest.skip("No Chromium on this machine: install it, or set MLSD_CHROMIUM to its path")
    expect.set_options(timeout=lab.PATIENCE_S * 1000)
    with lab.browser() as started:
        yield started


@pytest.fixture(scope="session")
def light_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[lab.Lab]:
    """JupyterLab in its light theme, on a workspace of its own."""
    with lab.jupyterlab(tmp_path_factory.mktemp("light"), theme="light") as running:
        yield running


@pytest.fixture(scope="session")
def dark_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[lab.Lab]:
    """JupyterLab in its dark theme, on a workspace of its own."""
    with lab.jupyterlab(tmp_path_factory.mktemp("dark"), theme="dark") as running:
        yield running
