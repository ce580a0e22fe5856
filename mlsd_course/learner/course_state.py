"""Where a learner stands in the whole course, and what comes next: a pure function of chapters, events and the time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mlsd_course.learner.chapter import Chapter
from mlsd_course.learner.event import RecordEvent
from mlsd_course.learner.ledger import Ledger, ledger_of
from mlsd_course.learner.mastery import CourseObjective, Mastery, mastery_of
from mlsd_course.learner.progress import DONE, IN_PROGRESS, NOT_STARTED, Progress, progress
from mlsd_course.learner.review import DueReview, reviews
from mlsd_course.learner.time_spent import minutes_spent
from mlsd_course.slugs import MASTERY_CHECK, START

MANY_REVIEWS = 5


@dataclass(frozen=True)
class NextStep:
    """What to do next, as a sentence; `chapter` and `notebook` name the file to open, "" where there is none."""

    sentence: str
    chapter: str = ""
    notebook: str = ""


@dataclass(frozen=True)
class ExamState:
    """The last result of the mastery check that was handed in, and how often it was; `passed`: at least once."""

    passed: bool
    score: int
    of: int
    attempts: int

    @property
    def sentence(self) -> str:
        """The result in words."""
        times = f"{self.attempts} attempt" + ("s" if self.attempts != 1 else "")
        return f"{'Passed' if self.passed else 'Not passed yet'}; last {self.score} of {self.of} right, {times}."


@dataclass(frozen=True)
class Home:
    """All that the start page and `mlsd status` show.

    minutes: spent, by chapter. latest: the chapter of the last event, but for the start page, which is open all the time.
    events: how many there are.
    """

    chapters: tuple[Progress, ...]
    minutes: Mapping[str, float]
    mastery: tuple[Mastery, ...]
    reviews: tuple[DueReview, ...]
    ledger: Ledger
    exam: ExamState | None
    now: datetime
    latest: str
    events: int

    @property
    def due(self) -> tuple[DueReview, ...]:
        """The questions to review now."""
        return tuple(review for review in self.reviews if review.due <= self.now)

    @property
    def done(self) -> int:
        """Chapters that are done."""
        return sum(chapter.state == DONE for chapter in self.chapters)

    @property
    def minutes_planned(self) -> int:
        """Minutes that all notebooks take together, as they say themselves."""
        return sum(one.chapter.planned_min for one in self.chapters)

    @property
    def minutes_spent(self) -> float:
        """Minutes in all chapters that there are."""
        return sum(self.minutes.get(one.chapter.slug, 0.0) for one in self.chapters)

    @property
    def points(self) -> float:
        """Points of all tests that passed when last run."""
        return sum(one.points for one in self.chapters)

    @property
    def points_possible(self) -> float:
        """Points of all tests."""
        return sum(sum(one.chapter.points.values()) for one in self.chapters)

    @property
    def step(self) -> NextStep:
        """What to do next."""
        return _step(self)


def home_state(
    chapters: Sequence[Chapter],
    events: Iterable[RecordEvent],
    now: datetime,
    objectives: Sequence[CourseObjective] = (),
) -> Home:
    """Return where the learner stands. objectives: what the chapters' questions ask for; now: with its zone.

    A question that its chapter no longer asks is not reviewed.
    """
    events = list(events)
    by_chapter: dict[str, list[RecordEvent]] = defaultdict(list)
    questions: dict[str, set[str]] = defaultdict(set)
    for event in events:
        by_chapter[event.chapter].append(event)
    for objective in objectives:
        questions[objective.chapter] |= objective.items
    return Home(
        tuple(progress(chapter, by_chapter[chapter.slug], questions[chapter.slug]) for chapter in chapters),
        minutes_spent(events),
        mastery_of(events, objectives),
        tuple(one for one in reviews(events) if one.key in (questions[one.chapter] or {one.key})),
        ledger_of(events),
        _exam(by_chapter[MASTERY_CHECK]),
        now,
        next((event.chapter for event in reversed(events) if event.chapter != START), ""),
        len(events),
    )


def _exam(events: Iterable[RecordEvent]) -> ExamState | None:
    results = [event.data for event in events if event.kind == "check" and event.key == f"{MASTERY_CHECK}.result"]
    if not results:
        return None
    score, of = (results[-1].get(name) for name in ("score", "of"))
    return ExamState(
        any(bool(result.get("passed")) for result in results),
        score if isinstance(score, int) else 0,
        of if isinstance(of, int) else 8,
        len(results),
    )


def _step(home: Home) -> NextStep:
    """Many reviews go first, then what was begun, then what comes next, then the rest of the reviews."""
    due = len(home.due)
    if due >= MANY_REVIEWS:
        return NextStep(f"{due} questions are due: review them first.")
    others = [one for one in home.chapters if one.chapter.slug != START]
    first = all(one.state == NOT_STARTED for one in others)  # once a chapter is begun, the start page is no next step
    chapters = home.chapters if first else others
    begun = [one for one in chapters if one.state == IN_PROGRESS]
    begun.sort(key=lambda one: one.chapter.slug != home.latest)  # the others stay in order
    unread = [one for one in chapters if one.state == NOT_STARTED]
    for one in [*begun, *unread]:
        return _go_on(one, home.exam)
    if due:
        return NextStep(f"All chapters are done. {_questions(due)} due for review.")
    return NextStep("All chapters are done and no review is due." if home.chapters else "No chapter is built yet.")


def _go_on(one: Progress, exam: ExamState | None) -> NextStep:
    chapter, lesson = one.chapter, one.chapter.notebooks[0]
    if chapter.slug == MASTERY_CHECK and exam is not None:
        return NextStep(
            "Reread what the mastery check sent you to, then retake it:", MASTERY_CHECK, chapter.notebooks[-1]
        )
    if chapter.slug == MASTERY_CHECK:
        return NextStep("Take the mastery check:", MASTERY_CHECK, chapter.notebooks[-1])
    if one.state != IN_PROGRESS:
        return NextStep("Begin:" if chapter.slug == START else "Begin the next chapter:", chapter.slug, lesson)
    if one.at_exercises and len(chapter.notebooks) > 1:
        left = len(chapter.graded) - one.passed
        return NextStep(
            f"Go on with the exercises, {left} of {len(chapter.graded)} tests to go:", chapter.slug, "exercises.ipynb"
        )
    return NextStep("Go on where you stopped:", chapter.slug, lesson)


def _questions(count: int) -> str:
    return f"{count} question is" if count == 1 else f"{count} questions are"
