"""Every error that the course raises for a person, in one tree.

CourseError
├── ParameterError (also a ValueError)   a number or a name outside what is allowed
├── MissingExtra (also an ImportError)   a tool of a named extra that is not installed
├── PortInUse                            a network port that somebody else holds
├── ServiceError                         a mini-system that could not start, answer or stop
├── DataError                            a data file that is missing, damaged or out of range
├── WorkspaceError                       a learner's folder that cannot be found, read or written
├── NotebookError                        a notebook source that cannot be built
├── BankError                            a question bank that breaks a rule
├── DesignError (also a ValueError)      a design that cannot be read or built
└── GradingError                         a grading run, or one submission in it, that cannot go on
"""

from collections.abc import Iterable


class CourseError(Exception):
    """An error that says what went wrong, and where there is something to say: what was given, what is allowed, what to do next."""

    def __init__(self, what: str, *, given: object = None, allowed: str = "", remedy: str = "") -> None:
        self.what, self.given, self.allowed, self.remedy = what, given, allowed, remedy
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        parts = [self.what.rstrip(".")]
        if self.given is not None:
            parts[0] += f": got {self.given!r}"
        if self.allowed:
            parts.append(f"Allowed: {self.allowed.rstrip('.')}")
        if self.remedy:
            parts.append(self.remedy.rstrip("."))
        return ". ".join(parts) + "."


class ParameterError(CourseError, ValueError):
    """A number or a name outside what is allowed."""


def one_of(name: str, given: object, allowed: Iterable[str]) -> None:
    """Raise ParameterError unless `given` is one of the names `allowed`."""
    names = list(allowed)
    if given not in names:
        raise ParameterError(name, given=given, allowed=", ".join(names), remedy="Name one of them")


class MissingExtra(CourseError, ImportError):
    """A tool of a named extra that is not installed; the remedy holds the exact command."""

    def __init__(self, tool: str, extra: str) -> None:
        super().__init__(
            f"{tool} is not installed", remedy=f"Run: uv sync --extra {extra}  (or: pip install -e '.[{extra}]')"
        )
        self.tool, self.extra = tool, extra


class PortInUse(CourseError):
    """A network port that another program holds."""


class ServiceError(CourseError):
    """A mini-system that could not start, answer or stop."""


class DataError(CourseError):
    """A data file that is missing, damaged or out of range."""


class WorkspaceError(CourseError):
    """A learner's folder that cannot be found, read or written."""


class NotebookError(CourseError):
    """A notebook source that cannot be built; names the file, the cell and the remedy."""


class BankError(CourseError):
    """A question bank that breaks a rule; names the file, the item and the remedy."""


class DesignError(CourseError, ValueError):
    """A design that cannot be read or built; names the line and the field where there is one."""


class GradingError(CourseError):
    """A grading run, or one submission in it, that cannot go on."""
