"""The learner's home as a pure state: time, reviews, mastery, points, next step; and records that somebody has edited."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlsd_course.learner import (
    Chapter,
    CourseObjective,
    RecordEvent,
    home_state,
    mastery_of,
    minutes_spent,
    passed_tests,
    reviews,
)
from mlsd_course.learner.event import moment
from mlsd_course.learner.review import DAYS

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
A, B = "ch01_system_thinking", "ch02_requirements"
CHAPTERS = [
    Chapter("ch00_start", "00 Start here", "20", ("lesson.ipynb",), 20),
    Chapter(A, "01 System thinking", "50", ("lesson.ipynb", "exercises.ipynb"), 110, {f"{A}_e1": 3, f"{A}_e2": 2}, 5),
    Chapter(B, "02 Requirements", "55", ("lesson.ipynb",), 55),
    Chapter("mastery_check", "Mastery check", "20", ("lesson.ipynb", "exercises.ipynb"), 50, {"mastery_check_a": 1}),
]


def event(kind: str, chapter: str, key: str, minute: float = 0, **data: object) -> RecordEvent:
    """Return an event that happened so many minutes after START."""
    return RecordEvent(kind, chapter, key, dict(data), at=(START + timedelta(minutes=minute)).isoformat())


def answer(key: str, correct: bool, day: float = 0, mode: str = "practice") -> RecordEvent:
    """Return an answer to a question of chapter 01, so many days after START."""
    return event("answer", A, f"{A}.{key}", day * 24 * 60, correct=correct, mode=mode, objective="tails")


def test_time_is_the_gaps_between_events_and_a_pause_counts_little() -> None:
    """10 min count whole, 40 min as 15, a night as nothing; each gap counts for the chapter of the later event."""
    minutes = (0, 10, 50, 24 * 60, 24 * 60 + 5)
    events = [event("visit", A if n < 3 else B, "k", minute) for n, minute in enumerate(minutes)]
    assert minutes_spent(events) == {A: 25.0, B: 5.0}


def test_two_tabs_at_once_count_once() -> None:
    """Events of two chapters that interleave add up to the time that went by, in whatever order they are read."""
    events = [event("visit", (A, B)[n % 2], "k", n) for n in range(11)]
    assert sum(minutes_spent(reversed(events)).values()) == 10


def test_a_missed_question_comes_back_later_each_time() -> None:
    """Right when due after 1, 3, 7 and 21 days, it stays away; until then it waits."""
    events, day = [answer("q", False)], 0.0
    for step, pause in enumerate(DAYS):
        (waiting,) = reviews(events)
        assert (waiting.step, waiting.due) == (step, START + timedelta(days=day + pause))
        day += pause
        events.append(answer("q", True, day, "review"))
    assert reviews(events) == ()


def test_a_right_answer_before_it_is_due_changes_nothing() -> None:
    """The same question right five minutes after its explanation is no evidence."""
    events = [answer("q", False), answer("q", True, 0.01)]
    assert reviews(events) == reviews(events[:1])


def test_a_miss_starts_again_from_one_day() -> None:
    """However far it had come."""
    events = [answer("q", False), answer("q", True, 1), answer("q", False, 4)]
    (waiting,) = reviews(events)
    assert (waiting.step, waiting.misses, waiting.due) == (0, 2, START + timedelta(days=5))


def test_what_was_right_at_once_and_what_an_exam_asked_do_not_come_back() -> None:
    """A review explains its answer, so questions of an exam are kept out."""
    assert reviews([answer("q", True), answer("e", False, mode="exam")]) == ()


def test_a_question_that_is_no_longer_asked_is_not_due() -> None:
    """Nobody is sent to questions that a new edition has taken out; without a bank all are kept."""
    events = [answer(f"q{n}", False, -3) for n in range(5)]
    asked = CourseObjective(A, "tails", "Read a tail", frozenset({f"{A}.q1"}))
    assert [one.key for one in home_state(CHAPTERS, events, START, [asked]).due] == [f"{A}.q1"]
    assert len(home_state(CHAPTERS, events, START).due) == 5


def test_mastery_counts_each_question_once_by_its_last_answer() -> None:
    """Two of three questions answered, one right in the end: the third counts as not right yet."""
    objective = CourseObjective(A, "tails", "Read a tail", frozenset({f"{A}.q", f"{A}.r", f"{A}.s"}))
    (reached,) = mastery_of([answer("q", False), answer("q", True), answer("r", False)], [objective])
    assert (reached.right, reached.answered, reached.asked) == (1, 2, 3)
    assert reached.words == "1 of 3 right, 1 not answered"
    assert reached.share == pytest.approx(1 / 3)


def test_points_are_those_of_tests_that_passed_when_last_run() -> None:
    """A test that fails again takes its points back; all passed is done."""
    events = [event("check", A, f"{A}_e1", passed=True), event("check", A, f"{A}_e2", passed=True)]
    done = home_state(CHAPTERS, events, START)
    assert (done.points, done.points_possible, done.chapters[1].state) == (5, 6, "Done")
    again = home_state(CHAPTERS, [*events, event("check", A, f"{A}_e1", passed=False)], START)
    assert (again.points, again.chapters[1].state) == (2, "In progress")


def test_reading_alone_is_a_chapter_in_progress() -> None:
    """One visit is enough; nothing is done by it."""
    home = home_state(CHAPTERS, [event("visit", B, f"{B}.page")], START)
    assert [one.state for one in home.chapters] == ["Not started", "Not started", "In progress", "Not started"]


def test_a_chapter_without_tests_is_done_by_its_questions_the_start_page_by_the_measurement() -> None:
    """All questions right in their last answer; the machine measured."""
    objective = CourseObjective(B, "o", "Say it", frozenset({f"{B}.q"}))
    right = event("answer", B, f"{B}.q", correct=True)
    home = home_state(CHAPTERS, [right, event("calibration", "ch00_start", "machine")], START, [objective])
    assert [one.state for one in home.chapters] == ["Done", "Not started", "Done", "Not started"]


@pytest.mark.parametrize(
    ("events", "sentence", "notebook"),
    [
        ([], "Begin:", "ch00_start/lesson.ipynb"),
        ([event("calibration", "ch00_start", "machine")], "Begin the next chapter:", f"{A}/lesson.ipynb"),
        ([event("visit", A, "k")], "Go on where you stopped:", f"{A}/lesson.ipynb"),
        ([event("visit", A, "k"), event("visit", B, "k")], "Go on where you stopped:", f"{B}/lesson.ipynb"),
        ([event("visit", A, "k"), event("visit", "ch00_start", "k")], "Go on where you stopped:", f"{A}/lesson.ipynb"),
        ([event("visit", "ch00_start", "k")], "Go on where you stopped:", "ch00_start/lesson.ipynb"),
        ([event("check", A, f"{A}_e{n}", passed=True) for n in (1, 2)], "Begin the next chapter:", f"{B}/lesson"),
        ([event("check", A, f"{A}_e1", passed=True)], "Go on with the exercises, 1 of 2", f"{A}/exercises.ipynb"),
        ([event("check", "mastery_check", "mastery_check.result", passed=False)], "Reread", "mastery_check/exercises"),
        ([answer(f"q{n}", False, -3) for n in range(5)], "5 questions are due: review them first.", "/"),
    ],
)
def test_the_next_step(events: list[RecordEvent], sentence: str, notebook: str) -> None:
    """Begin, go on, the exercises, the retake, many reviews: one sentence with the file to open."""
    step = home_state(CHAPTERS, events, START).step
    assert step.sentence.startswith(sentence)
    assert f"{step.chapter}/{step.notebook}".startswith(notebook)


def test_the_mastery_check_shows_its_last_result_and_stays_passed() -> None:
    """Failed, passed, tried again and failed: passed, with the last score."""
    results = [(5, False), (7, True), (3, False)]
    events = [
        event("check", "mastery_check", "mastery_check.result", n, passed=passed, score=score, of=8)
        for n, (score, passed) in enumerate(results)
    ]
    home = home_state(CHAPTERS, events, START)
    assert home.exam is not None
    assert home.exam.sentence == "Passed; last 3 of 8 right, 3 attempts."
    assert home.chapters[-1].state == "Done"


def test_nothing_at_all_is_a_state_too() -> None:
    """No chapter, no event: a sentence, and no division by zero."""
    home = home_state([], [], START)
    assert (home.done, home.points, home.minutes_planned, home.step.chapter) == (0, 0, 0, "")


_JUNK = st.one_of(
    st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=4), st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=1),
)  # fmt: skip
_TIMES = st.one_of(
    st.text(max_size=8),
    st.datetimes().map(lambda then: then.isoformat()),
    st.sampled_from(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-11-25", "2026-11-25T10:00:00Z"]),
)
_EVENTS = st.builds(
    RecordEvent,
    kind=st.sampled_from(["prediction", "reveal", "answer", "check", "calibration", "visit", "nonsense"]),
    chapter=st.sampled_from([A, B, "ch00_start", "mastery_check", "", "ch99_none"]),
    key=st.sampled_from([f"{A}_e1", f"{A}.q", "mastery_check.result", "k", ""]),
    data=st.dictionaries(
        st.sampled_from(
            ["value", "actual", "correct", "passed", "score", "of", "mode", "objective", "unit", "confidence"]
        ),
        _JUNK,
        max_size=5,
    ),
    at=_TIMES,
)


@given(events=st.lists(_EVENTS, max_size=12))
def test_a_record_edited_by_hand_never_breaks_the_page(events: list[RecordEvent]) -> None:
    """Whatever stands in time and data: a state comes out, its counts are possible, and its words can be made."""
    home = home_state(CHAPTERS, events, START, [CourseObjective(A, "o", "Say it", frozenset({f"{A}.q"}))])
    assert 0 <= home.points <= home.points_possible
    assert all(minutes >= 0 for minutes in home.minutes.values())
    assert all(0 <= reached.share <= 1 for reached in home.mastery)
    assert len(home.due) <= len(home.reviews)
    assert home.step.sentence
    assert home.exam is None or home.exam.sentence


@given(at=_TIMES)
def test_any_text_is_a_time_of_this_century_or_none(at: str) -> None:
    """A date without a zone counts as UTC."""
    then = moment(at)
    assert then is None or (then.tzinfo is UTC and 2000 <= then.year <= 2100)


def test_five_thousand_events_are_all_counted() -> None:
    """A diligent year over sixteen chapters; how long it takes is measured in benchmarks/home.py."""
    chapters = [Chapter(f"ch{n:02}_x", "x", "50", ("lesson.ipynb",), 50, {f"ch{n:02}_x_e1": 1}) for n in range(16)]
    kinds = ("answer", "answer", "visit", "prediction", "reveal")
    events = [
        event(kinds[n % 5], f"ch{n % 16:02}_x", f"ch{n % 16:02}_x.k{n % 320}", n, correct=n % 3 > 0, value=3.0, actual=4.0)
        for n in range(5_000)
    ]  # fmt: skip
    assert home_state(chapters, events, START + timedelta(days=30)).events == 5_000


def run(cell: str, *, success: bool = True, error: object = None) -> SimpleNamespace:
    """Return what IPython tells after a cell."""
    return SimpleNamespace(info=SimpleNamespace(cell_id=cell), success=success, error_in_exec=error)


def test_tests_that_a_learner_runs_are_noted(tmp_path, monkeypatch) -> None:
    """A graded test of a released notebook leaves a check with its outcome; other cells and interrupted ones do not."""
    from mlsd_course.learner import Record

    monkeypatch.setenv("MLSD_WORKSPACE", str(tmp_path))
    monkeypatch.setattr(passed_tests, "_chapter_of_test", lambda: {f"{A}_e1": A})
    for told in (
        run(f"{A}_e1", success=False),
        run(f"{A}_e1"),
        run("ch01_system_thinking_other"),
        run("4fe2"),
        run(f"{A}_e1", success=False, error=KeyboardInterrupt()),
    ):
        passed_tests.note(told)
    kept = [(one.key, one.data["passed"]) for one in Record().events("check", A)]
    assert kept == [(f"{A}_e1", False), (f"{A}_e1", True)]


def test_the_mastery_check_is_not_noted_cell_by_cell() -> None:
    """Its visible tests say whether an answer is one, not whether it is right."""
    passed_tests._chapter_of_test.cache_clear()  # noqa: SLF001 a cache of what is released
    found = passed_tests._chapter_of_test()  # noqa: SLF001 a cache of what is released
    assert found
    assert not any(cell.startswith("mastery_check") for cell in found)
