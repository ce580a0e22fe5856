"""A class on one assignment in numbers: the spread of scores, each exercise with its causes of failure, time."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median

from mlsd_course.grading.reports.causes import Cause, grouped
from mlsd_course.grading.reports.classbook import Classbook, Exercise, GradedSubmission
from mlsd_course.grading.reports.similarity import Pair
from mlsd_course.grading.reports.submission_details import ClassDetails

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Learners whose score lies in [low, high) percent; the last bin holds 100 %, too."""

    low: int
    high: int
    learners: int


@dataclass(frozen=True)
class ExerciseLine:
    """One exercise: mean share of its points (0 to 1), and how many left it blank, failed it, wait to be marked.

    The mean is of those who are marked; None where nobody is, or a written answer still waits. Who left an answer untouched is blank, and not failed. Seconds are those that the test ran.
    """

    name: str
    points: float
    written: bool
    mean: float | None
    full: int
    blank: int
    failed: int
    waits: int
    causes: tuple[Cause, ...]
    median_s: float | None
    longest_s: float | None


@dataclass(frozen=True)
class Times:
    """When learners handed in, and how long their notebooks ran; None where nothing is known.

    Hours are before the due date of each learner; negative hours are late.
    """

    known: int
    late: int
    median_hours_before: float | None
    last_day: int
    median_run_s: float | None
    longest_run_s: float | None
    longest_run: str

    @property
    def sentences(self) -> list[str]:
        """What is known, in words."""
        sentences = []
        if self.median_hours_before is not None:
            when = "before" if self.median_hours_before >= 0 else "after"
            hours = f"{abs(self.median_hours_before):.1f} h {when} the due date"
            sentences.append(f"Half handed in by {hours}; {self.last_day} in the last day; {self.late} late.")
        if self.median_run_s is not None and self.longest_run_s is not None:
            sentences.append(
                f"The notebooks of a submission ran {self.median_run_s:.1f} s (median); the longest, of {self.longest_run}, "
                f"{self.longest_run_s:.1f} s."
            )
        return sentences or ["No times are known."]


@dataclass(frozen=True)
class Overview:
    """The class on one assignment. Scores are shares of the points, after the late penalty."""

    assignment: str
    maximum: float
    enrolled: int
    handed: tuple[GradedSubmission, ...]
    bins: tuple[Bin, ...]
    exercises: tuple[ExerciseLine, ...]
    times: Times
    pairs: tuple[Pair, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def mean(self) -> float | None:
        """The mean share of the points."""
        return mean(_share(each, self.maximum) for each in self.handed) if self.handed and self.maximum else None

    @property
    def median(self) -> float | None:
        """The median share of the points."""
        return median(_share(each, self.maximum) for each in self.handed) if self.handed and self.maximum else None

    @property
    def sentence(self) -> str:
        """The class in two or three sentences."""
        parts = [f"{len(self.handed)} of {self.enrolled} learners handed in."]
        if self.mean is not None and self.median is not None:
            parts.append(f"Mean score {self.mean:.0%}, median {self.median:.0%} of {self.maximum:g} points.")
        if waiting := sum(each.waits for each in self.handed):
            parts.append(f"{waiting} of them {'waits' if waiting == 1 else 'wait'} for marking by hand.")
        if worst := [line for line in self.exercises if line.failed]:
            hardest = max(worst, key=lambda line: line.failed)
            parts.append(f"Most failed {hardest.name}: {hardest.failed}.")
        return " ".join(parts)


def overview(book: Classbook, details: ClassDetails, pairs: Sequence[Pair] = (), notes: Sequence[str] = ()) -> Overview:
    """Return the overview of a class."""
    lines = tuple(_line(exercise, book, details) for exercise in book.exercises)
    return Overview(
        book.assignment,
        book.maximum,
        len(book.learners),
        book.handed,
        bins([_share(each, book.maximum) for each in book.handed]),
        lines,
        _times(book, details),
        tuple(pairs),
        tuple(notes),
    )


def bins(shares: Sequence[float]) -> tuple[Bin, ...]:
    """Return how many of `shares` (0 to 1) lie in each tenth; extra credit counts to the last."""
    counts = [0] * BINS
    for share in shares:
        counts[min(BINS - 1, max(0, int(share * BINS + 1e-9)))] += 1
    width = 100 // BINS
    return tuple(Bin(number * width, (number + 1) * width, count) for number, count in enumerate(counts))


def _line(exercise: Exercise, book: Classbook, details: ClassDetails) -> ExerciseLine:
    scored = {each.learner.id: each.cells[exercise.key] for each in book.handed if exercise.key in each.cells}
    waiting = {name for name, cell in scored.items() if cell.waits}
    short = {name for name, cell in scored.items() if cell.score < exercise.points and name not in waiting}
    blank = {name for name in short if _blank(exercise, details, name)}
    failed = short - blank
    ran_s = [details.by_learner[name].test_s.get(exercise.key) for name in scored]
    shares = [cell.score / exercise.points for name, cell in scored.items() if name not in waiting and exercise.points]
    seconds = [each for each in ran_s if each is not None and not exercise.written]
    return ExerciseLine(
        exercise.name,
        exercise.points,
        exercise.written,
        mean(shares) if shares and not (exercise.written and waiting) else None,
        len(scored) - len(short) - len(waiting),
        len(blank),
        len(failed),
        len(waiting),
        grouped(details.failure(name, exercise.key) for name in sorted(failed)) if not exercise.written else (),
        median(seconds) if seconds else None,
        max(seconds) if seconds else None,
    )


def _blank(exercise: Exercise, details: ClassDetails, name: str) -> bool:
    return bool(exercise.answers) and all(key in details.by_learner[name].blank for key in exercise.answers)


def _times(book: Classbook, details: ClassDetails) -> Times:
    before = [
        (each.due - each.timestamp).total_seconds() / 3600
        for each in book.handed
        if each.timestamp is not None and each.due is not None
    ]
    runs = [(each.run_s, name) for name, each in details.by_learner.items() if each.run_s is not None]
    longest, who = max(runs, default=(None, ""))
    return Times(
        len(before),
        sum(each.late_s > 0 for each in book.handed),
        median(before) if before else None,
        sum(0 <= hours <= 24 for hours in before),
        median(seconds for seconds, _ in runs) if runs else None,
        longest,
        who,
    )


def _share(handed: GradedSubmission, maximum: float) -> float:
    return handed.score / maximum if maximum else 0.0
