"""Everybody whom a chapter's exercises are tried on: the simulated learners, and the listed answers in as few hands as will do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from nbformat import NotebookNode

from mlsd_course.grading import SampleAnswer, Source, answers
from tests.support.cell_names import binds, reads
from tests.support.learners import ENDLESS, Learner, learners, whole
from tests.support.paths import FIXTURE

STOPPED = "raise TimeoutError"


@dataclass(frozen=True)
class Crowd:
    """The learners, and for each listed answer the name of the learner who gives it."""

    learners: list[Learner]
    holders: list[tuple[SampleAnswer, str]]


def crowd_of(source: Source) -> Crowd:
    """Return the simulated learners, and so many more that each listed answer is somebody's.

    One learner gives several answers: one to a task, right ones beside right ones, and the reference where none is
    left. So the notebook runs nine times and not thirty. Where a task uses what another has left, each answer has a
    learner of its own. In a chapter nobody waits for an endless loop: the fixture shows that one is interrupted.
    """
    crowd, listed = learners(source), answers(source)
    if source.root != FIXTURE:
        crowd = [Learner(each.name, _stopped(each.given)) for each in crowd]
    rows = [[each] for each in listed] if leaning(source) else [*_rows(listed, True), *_rows(listed, False)]
    holders = [(answer, f"answers{number}") for number, row in enumerate(rows) for answer in row]
    for number, row in enumerate(rows):
        given = {**crowd[0].given, **{answer.grade_id: answer.code for answer in row}}
        crowd.append(Learner(f"answers{number}", given))
    return Crowd(crowd, holders)


def for_the_judge(source: Source, learner: Learner) -> dict[str, str]:
    """Return the text of each solution cell; the judge interrupts no cell, so an endless loop raises what a stopped one does."""
    return _stopped(whole(source, learner))


def own_cells(source: Source, grade_id: str) -> set[str]:
    """Return the grade ids of a solution and of the tests that follow it before the next solution."""
    found: dict[str, set[str]] = {}
    for cell in _code(source):
        if mark := cell.metadata.get("nbgrader", {}):
            if mark.get("solution"):
                last = found.setdefault(mark["grade_id"], set())
            last.add(mark["grade_id"])
    return found[grade_id]


def leaning(source: Source) -> set[str]:
    """Return the tasks whose answer reaches a cell of another task: by a name, or by one that is computed from it."""
    found = set()
    cells = _code(source)
    given: dict[str, list[str]] = {}
    for answer in answers(source):
        given.setdefault(answer.grade_id, []).append(answer.code)
    for task in (cell.metadata.nbgrader.grade_id for cell in cells if _solves(cell)):
        own, reached = own_cells(source, task), set()
        for cell in cells:
            mark = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            texts = [cell.source, *given.get(mark, [])]
            if mark == task:
                reached |= set().union(*map(binds, texts))
            elif used := reached & set().union(*map(reads, texts)):
                if mark and mark not in own:
                    found.add(f"{mark} reads {', '.join(sorted(used))} of {task}")
                reached |= set() if mark else binds(cell.source)
    return found


def _rows(listed: list[SampleAnswer], right: bool) -> Iterator[list[SampleAnswer]]:
    by_task: dict[str, list[SampleAnswer]] = {}
    for answer in listed:
        if answer.right == right:
            by_task.setdefault(answer.grade_id, []).append(answer)
    for row in zip_longest(*by_task.values()):
        yield [answer for answer in row if answer is not None]


def _stopped(given: Mapping[str, str]) -> dict[str, str]:
    return {name: STOPPED if text == ENDLESS else text for name, text in given.items()}


def _code(source: Source) -> list[NotebookNode]:
    return [cell for cell in source.notebook().cells if cell.cell_type == "code"]


def _solves(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))
