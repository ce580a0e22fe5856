"""Where in the course something is taught: a notebook and a heading in it, or the id of a cell."""

import re
from dataclasses import dataclass

EXAMPLE = '"lesson: Why does the queue explode?", "ch07_online/lesson: …" or "lesson #1f0c2b3a4d5e"'
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$")


@dataclass(frozen=True)
class Place:
    """A cell to read: `heading` as it is written in the notebook, or `cell`, its id; the other is empty."""

    chapter: str
    notebook: str
    heading: str = ""
    cell: str = ""

    @classmethod
    def read(cls, text: str, chapter: str) -> "Place":
        """Return the place that `text` names; ValueError with an example where it names none."""
        found = re.fullmatch(r"(?:(\w+)/)?(\w+)(?::\s+(\S.*)|\s+#([\w-]+))", text.strip())
        if not found:
            raise ValueError(f"names no cell; write {EXAMPLE}")
        return cls(found[1] or chapter, found[2], (found[3] or "").strip(), found[4] or "")

    def __str__(self) -> str:
        return f"{self.chapter}/{self.notebook}, " + (f"“{self.heading}”" if self.heading else f"cell {self.cell}")


@dataclass(frozen=True)
class LessonCell:
    """What a gate needs to know of a cell: its id and its text. `prose` is True for Markdown."""

    id: str
    text: str
    prose: bool

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings in it."""
        if not self.prose:
            return ()
        return tuple(match[1] for line in self.text.splitlines() if (match := _HEADING.match(line)))


Lessons = dict[tuple[str, str], list[LessonCell]]  # (chapter, notebook) -> cells in order


def find(place: Place, lessons: Lessons) -> int | None:
    """Return the number of the cell, from 0; None where it is not there."""
    for number, cell in enumerate(lessons.get((place.chapter, place.notebook), [])):
        if place.cell == cell.id if place.cell else place.heading in cell.headings:
            return number
    return None
