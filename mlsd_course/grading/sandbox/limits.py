"""The time, memory and disk that a submission may use."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Limits:
    """Limits of one notebook of a submission. `memory_mb` is what it may take beyond the imports, all processes together."""

    cell_s: float = 60  # then the cell is interrupted, and the next one runs, as under nbgrader
    grace_s: float = 3  # an interrupted cell that does not stop by then ends the notebook
    notebook_s: float = 300  # then everything ends
    memory_mb: int = 1024
    processes: int = 64  # threads count
    file_mb: int = 64  # each file, and the folder /tmp as a whole four times that
    output_kb: int = 256  # of each cell; the rest is dropped

    def as_dict(self) -> dict[str, Any]:
        """Return the limits as plain data."""
        return asdict(self)
