"""One nbgrader course on disk: its settings, its gradebook's address, and its folders.

The settings file is a program. A `Course` runs it once, so make one `Course` for a run and hand it on.
"""

from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mlsd_course.errors import GradingError

SETTINGS = "nbgrader_config.py"
DATABASE = "gradebook.db"


@dataclass(frozen=True)
class Course:
    """The course under the folder `root`. Two courses of one root are equal."""

    root: Path

    @property
    def config(self) -> Any:
        """nbgrader's settings as a copy that the caller may change; empty where the course has no settings file.

        The file also puts nbgrader's helper programs on PATH, so read it before a gradebook is opened.
        """
        return deepcopy(self._settings)

    @property
    def db_url(self) -> str:
        """The address of the gradebook. GradingError where the settings name a database other than SQLite.

        nbgrader stores no order of the cells of a notebook; the course takes it from SQLite's row numbers.
        """
        url = str(self._settings.CourseDirectory.get("db_url", ""))
        if url and url.partition(":")[0].partition("+")[0] != "sqlite":
            raise GradingError(
                f"The gradebook of {self.root} is a {url.partition(':')[0]!r} database",
                allowed="a SQLite database, such as sqlite:////home/me/course/gradebook.db",
                remedy=f"Set c.CourseDirectory.db_url in {SETTINGS} to one, or remove the line for {DATABASE} in the course",
            )
        return url or f"sqlite:///{(self.root / DATABASE).resolve()}"

    @property
    def has_own_db_url(self) -> bool:
        """Whether the settings name the gradebook's address."""
        return bool(self._settings.CourseDirectory.get("db_url", ""))

    @property
    def id(self) -> str:
        """The course's name in the gradebook."""
        return str(self._settings.CourseDirectory.get("course_id", "") or "default_course")

    @property
    def ignored(self) -> list[str]:
        """Patterns of files beside the notebooks that nbgrader leaves out."""
        return list(self._settings.CourseDirectory.get("ignore", [".ipynb_checkpoints", "*.pyc", "__pycache__"]))

    @property
    def source(self) -> Path:
        """What authors write."""
        return self.root / "source"

    @property
    def submitted(self) -> Path:
        """What learners handed in."""
        return self.root / "submitted"

    @property
    def autograded(self) -> Path:
        """Submissions after their run."""
        return self.root / "autograded"

    @property
    def feedback(self) -> Path:
        """Pages for learners."""
        return self.root / "feedback"

    @cached_property
    def _settings(self) -> Any:
        from traitlets.config import Config
        from traitlets.config.loader import PyFileConfigLoader

        if not (self.root / SETTINGS).exists():
            return Config()
        return PyFileConfigLoader(SETTINGS, path=str(self.root)).load_config()

    def __reduce__(self) -> Any:
        """Send the folder alone to another process: settings may hold what cannot be pickled."""
        return Course, (self.root,)
