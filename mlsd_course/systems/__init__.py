"""What makes it happen for real: the mini-systems, each behind the same contract and with a naive twin."""

from mlsd_course.systems.mini import Mini, Scorecard, Workload

__all__ = ["Mini", "Scorecard", "Workload"]
