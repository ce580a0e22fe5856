"""What makes it happen for real, in packages of two sorts, each with a naive twin.

A *pattern* is a way to serve predictions (online, batch, stream, hybrid …). All patterns answer the same workload and return
the same scorecard, so that they can be compared: each has a `MINI`, see `mlsd_course.systems.mini`. An *instrument* measures,
watches or releases something beside a pattern, and has no `MINI`. `tests/contract/test_system.py` holds each package to its sort.
"""

from mlsd_course.systems.mini import Mini, Scorecard, Workload

PATTERN_PACKAGES = ("online",)
INSTRUMENT_PACKAGES = ("calibration", "data_quality", "pipeline", "rollout", "service_graph")

__all__ = ["INSTRUMENT_PACKAGES", "PATTERN_PACKAGES", "Mini", "Scorecard", "Workload"]
