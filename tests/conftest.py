"""What holds for every test: examples are drawn alike in CI, CI skips nothing, and workers end together."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.support.balance import balanced

# No test is judged by the clock; in CI every run draws the same examples, elsewhere new ones.
settings.register_profile("course", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("course")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark slow tests for `make report`; order all of them for workers that share the processor."""
    for item in items:
        if item.get_closest_marker("slow"):
            item.user_properties.append(("slow", ""))
    if "PYTEST_XDIST_WORKER" in os.environ:
        items[:] = balanced(items)


_ALLOWED_SKIPS = ("only on ",)  # "only on Windows": what this system can never run


def _forbidden(longrepr: object) -> str:
    """Return the reason of a skip that CI must not pass over; "" where it may."""
    reason = str(longrepr[2] if isinstance(longrepr, tuple) else longrepr).removeprefix("Skipped: ")
    return "" if not os.environ.get("CI") or reason.startswith(_ALLOWED_SKIPS) else reason


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """In CI a skipped test is a failed one: a browser or a sandbox that is missing must not look like success."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and (reason := _forbidden(report.longrepr)):
        report.outcome, report.longrepr = "failed", f"Skipped in CI, where nothing may be: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """The same for a file that skips itself while it is read."""
    report = yield
    if report.skipped and (reason := _forbidden(report.longrepr)):
        report.outcome, report.longrepr = "failed", f"Skipped in CI, where nothing may be: {reason}"
    return report
