"""What makes it happen for real: the mini-systems, each behind the same contract and with a naive twin."""

__all__: list[str] = []
