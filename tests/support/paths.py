"""Where things are: the repository, the course root, the fixture's course."""

from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
NOTEBOOKS = REPOSITORY / "notebooks"
FIXTURE = Path(__file__).parent / "fixtures" / "course"
