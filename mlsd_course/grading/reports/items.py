"""What a class's answers say about the questions: from nbgrader's gradebook, and from the answer files of the mastery check."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from mlsd_course.errors import GradingError
from mlsd_course.exam.answer_sheet import FILE, Sheet, read_sheet
from mlsd_course.exam.library import library
from mlsd_course.exam.mastery import PASS_MARK
from mlsd_course.grading.reports.classbook import found, opened
from mlsd_course.grading.reports.item_statistics import Scores, difficulty, item_rest, item_total, reliability
from mlsd_course.learner import course_root
from mlsd_course.quiz import Bank, load, mark, paper_of, read_response, render
from mlsd_course.slugs import MASTERY_CHECK

EASY, HARD, WEAK = 0.95, 0.2, 0.1
NO_ANSWER, RIGHT, OTHER = "(no answer)", "(right)", "(another wrong answer)"


@dataclass(frozen=True)
class Chosen:
    """One way to answer: how many took it, and their mean score on the other items (0 to 1; None for nobody)."""

    what: str
    learners: int
    mean_rest: float | None


@dataclass(frozen=True)
class ItemRow:
    """One item. `difficulty`: share right; `item_total`, `item_rest`: correlations, None where nothing varies."""

    name: str
    difficulty: float
    item_total: float | None
    item_rest: float | None
    chosen: tuple[Chosen, ...] = ()

    @property
    def remark(self) -> str:
        """What to look at, or nothing."""
        if self.item_rest is not None and self.item_rest < 0:
            return "those who know the rest get it wrong: check its key and its wording"
        if self.difficulty >= EASY:
            return "nearly everybody has it right"
        if self.difficulty <= HARD:
            return "hardly anybody has it right: is it taught?"
        if self.item_rest is not None and self.item_rest < WEAK:
            return "tells learners apart badly"
        return ""


@dataclass(frozen=True)
class ItemAnalysis:
    """A class on one assignment. `alpha`: reliability, None where it cannot be told.

    same_seed: learners who handed in answers to one and the same paper. unreadable: learner -> why the file does not count.
    """

    assignment: str
    learners: int
    items: tuple[ItemRow, ...]
    alpha: float | None
    mean: float
    passed: int | None = None
    same_seed: tuple[tuple[str, ...], ...] = ()
    unreadable: Mapping[str, str] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The class in one sentence."""
        sure = "cannot be told" if self.alpha is None else f"is {self.alpha:.2f}"
        passed = "" if self.passed is None else f" {self.passed} passed."
        return f"{self.learners} learners, mean score {self.mean:.0%}; reliability (alpha) {sure}.{passed}"


def item_analysis(assignment: str, root: Path = Path("notebooks")) -> ItemAnalysis:
    """Return the analysis of an assignment under the course root `root`; of the mastery check with what was chosen.

    Raises GradingError where there is no gradebook, or nothing of that name graded for two learners or more.
    """
    names, learners, scores = _gradebook(assignment, root)
    if assignment != MASTERY_CHECK:
        return analysed(assignment, names, scores)
    short = [name.removeprefix(f"{MASTERY_CHECK}_").removesuffix("_test") for name in names]
    bank = load(_bank_path(root))
    sheets, unreadable = _sheets(bank, root, learners)
    choices = _choices(bank, sheets, short, learners)
    return analysed(assignment, short, scores, learners, choices, sheets, unreadable)


def _bank_path(root: Path) -> Path:
    """Return the bank beside the course root, or else that of the clone."""
    beside = root.parent / "quizzes" / f"{MASTERY_CHECK}.yaml"
    return beside if beside.is_file() else course_root() / "quizzes" / f"{MASTERY_CHECK}.yaml"


def analysed(
    assignment: str,
    names: list[str],
    scores: Scores,
    learners: list[str] | None = None,
    choices: Mapping[str, list[str]] | None = None,
    sheets: Mapping[str, Sheet] | None = None,
    unreadable: Mapping[str, str] | None = None,
) -> ItemAnalysis:
    """Return the analysis of a matrix of scores (0 to 1). choices: what each learner answered, by item."""
    rest = scores.sum(axis=1, keepdims=True) - scores
    others = max(1, scores.shape[1] - 1)
    rows = tuple(
        ItemRow(name, float(hard), total, apart, _counted((choices or {}).get(name, []), rest[:, column] / others))
        for column, (name, hard, total, apart) in enumerate(
            zip(names, difficulty(scores), item_total(scores), item_rest(scores), strict=True)
        )
    )
    passed = int((scores.sum(axis=1) >= PASS_MARK).sum()) if assignment == MASTERY_CHECK else None
    same = tuple(_same_seed(sheets or {}))
    mean = float(scores.mean())
    return ItemAnalysis(assignment, len(scores), rows, reliability(scores), mean, passed, same, unreadable or {})


def _gradebook(assignment: str, root: Path) -> tuple[list[str], list[str], Scores]:
    """Return the graded cells that need no person, the learners, and their shares of the points."""
    with opened(root) as book:
        table: dict[str, dict[str, float]] = defaultdict(dict)
        for submission in sorted(found(book, assignment).submissions, key=lambda one: str(one.student_id)):
            for grade in (grade for notebook in submission.notebooks for grade in notebook.grades):
                if (share := _share(grade)) is not None:
                    table[submission.student_id][grade.name] = share
    learners = list(table)
    names = [name for name in next(iter(table.values()), {}) if all(name in row for row in table.values())]
    if len(learners) < 2 or not names:
        raise GradingError(
            f"{assignment} is graded for {len(learners)} learner(s)",
            allowed="two or more",
            remedy="Grade more of them first",
        )
    return names, learners, np.array([[table[learner][name] for name in names] for learner in learners])


def _share(grade: Any) -> float | None:
    """Return the share of the points, 0 to 1; None where a person marks. Points that a person has set instead count."""
    by_hand = grade.auto_score is None and grade.manual_score is not None
    if not grade.max_score or grade.needs_manual_grade or by_hand:
        return None
    points = grade.auto_score if grade.manual_score is None else grade.manual_score
    return float(min(1.0, max(0.0, (points or 0.0) / grade.max_score)))


def _sheets(bank: Bank, root: Path, learners: list[str]) -> tuple[dict[str, Sheet], dict[str, str]]:
    edition, sheets, unreadable = paper_of(bank, library).edition, {}, {}
    for learner in learners:
        try:
            sheet = read_sheet(root / "submitted" / learner / MASTERY_CHECK / FILE, edition)
        except GradingError as error:
            unreadable[learner] = str(error)
        else:
            if sheet is not None and sheet.last_handed_in():
                sheets[learner] = sheet
    return sheets, unreadable


def _choices(bank: Bank, sheets: Mapping[str, Sheet], names: list[str], learners: list[str]) -> dict[str, list[str]]:
    """Return what each learner's answer to each item stands for: "(right)", the misconception behind it, or none."""
    paper = paper_of(bank, library)
    chosen: dict[str, list[str]] = {}
    for name in [name for name in names if name in {item.name for item in paper.items}]:
        chosen[name] = []
        for learner in learners:
            sheet = sheets.get(learner)
            if sheet is None:
                chosen[name].append(NO_ANSWER)
                continue
            attempt = sheet.last_handed_in()
            asked = paper.item(name).asked(sheet.seed, attempt)
            chosen[name].append(
                _stands_for(bank, asked.item, asked.variant, sheet.attempts[attempt - 1].answers.get(name))
            )
    return chosen


def _stands_for(bank: Bank, item: str, variant: int, given: object) -> str:
    question = render(bank.item(item), variant, library)
    try:
        judged = mark(question, read_response(question.asked, given))
    except ValueError:
        return NO_ANSWER
    return RIGHT if judged.right else judged.misconception or OTHER


def _counted(choices: list[str], rest: Scores) -> tuple[Chosen, ...]:
    """Return the ways to answer, the most frequent first."""
    by_choice: dict[str, list[float]] = defaultdict(list)
    for choice, score in zip(choices, rest if choices else [], strict=False):
        by_choice[choice].append(float(score))
    counted = [Chosen(what, len(scores), sum(scores) / len(scores)) for what, scores in by_choice.items()]
    return tuple(sorted(counted, key=lambda one: (-one.learners, one.what)))


def _same_seed(sheets: Mapping[str, Sheet]) -> Iterator[tuple[str, ...]]:
    by_seed: dict[int, list[str]] = defaultdict(list)
    for learner, sheet in sheets.items():
        by_seed[sheet.seed].append(learner)
    yield from (tuple(learners) for learners in by_seed.values() if len(learners) > 1)
