"""The start page without a browser: its words, its damage notice, export and deletion, reviews and the ledger."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mlsd_course.explore import check_machine, home, ledger, review
from mlsd_course.explore.home import view as home_view
from mlsd_course.explore.home.calibration_chart import batch_view
from mlsd_course.explore.home.export import exported
from mlsd_course.explore.home.machine_check import findings_state
from mlsd_course.explore.home.widget import HomePage
from mlsd_course.explore.ledger import pictures
from mlsd_course.explore.ledger.live import LiveLedger
from mlsd_course.explore.ledger.show import text as ledger_text
from mlsd_course.explore.notebook import follow
from mlsd_course.explore.quiz import banks
from mlsd_course.explore.quiz.review import Reviews
from mlsd_course.explore.session import start_session
from mlsd_course.explore.state import RecordSource
from mlsd_course.learner import MachineFinding, Record, RecordEvent, home_state
from mlsd_course.learner import ledger_of as read_ledger
from mlsd_course.systems.calibration import TYPICAL
from tests.support.banks import EXAMPLE

SLUG = "ch90_example"
CELLS = [{"cell_type": "markdown", "metadata": {}, "source": "# 90 Example\n\n**50 min.**"}]
TEST = {"grade": True, "solution": False, "grade_id": f"{SLUG}_e1", "points": 3}


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Record:
    """The record of a learner with a clone of one chapter, whose questions are those of the guide for authors."""
    release = tmp_path / "course" / "notebooks" / "release" / SLUG
    release.mkdir(parents=True)
    (tmp_path / "course" / "quizzes").mkdir()
    (tmp_path / "course" / "quizzes" / f"{SLUG}.yaml").write_text(EXAMPLE, encoding="utf-8")
    cells = [*CELLS, {"cell_type": "code", "metadata": {"nbgrader": TEST}, "source": "check(x)"}]
    release.joinpath("lesson.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    monkeypatch.setenv("MLSD_COURSE", str(tmp_path / "course"))
    monkeypatch.setenv("MLSD_WORKSPACE", str(tmp_path / "mine"))
    monkeypatch.delenv("MLSD_HEADLESS", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    start_session()
    return Record()


def missed(record: Record, *names: str, days_ago: float = 2) -> None:
    """Write wrong answers of some days ago."""
    then = (datetime.now(UTC) - timedelta(days=days_ago)).isoformat()
    record.folder.mkdir(parents=True, exist_ok=True)
    with record.path.open("a", encoding="utf-8") as file:
        for name in names:
            data = {"correct": False, "given": "a", "variant": 0, "mode": "practice", "round": 1}
            file.write(RecordEvent("answer", SLUG, f"{SLUG}.{name}", data, at=then).to_json() + "\n")


def page(source: RecordSource) -> dict[str, Any]:
    """Return what the browser would show."""
    return home_view.page(source.home(), source.trouble, source.record.path)


def test_headless_text_depends_on_nothing(record, monkeypatch, capsys) -> None:
    """Whatever the record holds: one fixed sentence each, so that references stay the same."""
    missed(record, "p99")
    monkeypatch.setenv("MLSD_HEADLESS", "1")
    for show in (home, review, ledger, check_machine):
        show()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert not any(str(record.folder) in line or "90" in line for line in lines)


def test_the_page_has_the_chapter_with_its_counts(record) -> None:
    """State, minutes, points, questions, predictions; the objective's share with its words."""
    record.append("prediction", SLUG, f"{SLUG}.p1", value=3)
    record.append("answer", SLUG, f"{SLUG}.p99", correct=True, mode="practice")
    record.append("check", SLUG, f"{SLUG}_e1", passed=True)
    shown = page(RecordSource())
    (row,) = shown["parts"][0]["rows"]
    assert (row["title"], row["state"]) == ("90 Example", "Done")
    assert row["cells"] == ["● Done", "0 of 50", "3 of 3", "1 of 1", "1"]
    (aims,) = shown["mastery"]
    assert ("1 of 3 right, 2 not answered", 0.333) in [(aim["words"], aim["share"]) for aim in aims["rows"]]
    assert shown["events"] == 3


def test_the_page_shows_the_mastery_check(record) -> None:
    """What the check wrote when it was handed in: failed first, then passed."""
    assert page(RecordSource())["exam"] == "Not handed in yet."
    for attempt, (score, passed) in enumerate([(5, False), (7, True)], 1):
        result = {"passed": passed, "score": score, "of": 8, "attempt": attempt}
        record.append("check", "mastery_check", "mastery_check.result", **result)
    assert page(RecordSource())["exam"] == "Passed; last 7 of 8 right, 2 attempts."


def test_links_lead_to_the_notebook_from_where_the_kernel_is(record, tmp_path, monkeypatch) -> None:
    """Relative to the kernel's folder; a notebook that is not there is named without a link."""
    here = tmp_path / "mine" / "ch00_start"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    assert home_view.link(SLUG, "lesson.ipynb") == {"label": f"{SLUG}/lesson.ipynb", "path": ""}
    (tmp_path / "mine" / SLUG).mkdir()
    (tmp_path / "mine" / SLUG / "lesson.ipynb").touch()
    assert home_view.link(SLUG, "lesson.ipynb")["path"] == f"../{SLUG}/lesson.ipynb"


def test_a_damaged_record_is_said_on_the_page_and_stays_said(record) -> None:
    """The reader that repaired it tells how many lines; every later one names the copy; deletion ends it."""
    record.append("visit", SLUG, "k")
    with record.path.open("ab") as file:
        file.write(b"edited by hand\n")
    first = page(RecordSource())["trouble"]
    assert "1 line(s) of your record could not be read" in first[0]
    later = page(RecordSource())["trouble"]
    assert "events.damaged-" in later[0]
    shown = HomePage(RecordSource())
    shown._pressed(None, {"do": "delete"}, None)  # noqa: SLF001 what a press in the browser calls
    assert shown.now["trouble"] == []
    assert shown.now["events"] == 0


def test_a_record_that_cannot_be_read_is_said(record, monkeypatch) -> None:
    """The page stands, with the sentence and its remedy."""
    record.path.parent.mkdir(parents=True)
    record.path.mkdir()
    assert "cannot be read" in page(RecordSource())["trouble"][0]


def test_nothing_is_read_while_the_file_is_the_same(record, monkeypatch) -> None:
    """The page looks at the file's size and time; only a change, or a minute, makes it read."""
    shown = HomePage(RecordSource())
    monkeypatch.setattr(shown, "show", lambda: pytest.fail("it was read again"))
    for _ in range(3):
        shown.look()
    monkeypatch.undo()


def test_an_answer_of_another_notebook_appears(record) -> None:
    """After the next look."""
    shown = HomePage(RecordSource())
    assert shown.now["parts"][0]["rows"][0]["state"] == "Not started"
    record.append("answer", SLUG, f"{SLUG}.p99", correct=True, mode="practice")
    shown.look()
    assert shown.now["parts"][0]["rows"][0]["state"] == "In progress"


def test_deletion_asks_first_and_keeps_what_is_kept(record) -> None:
    """Ask, keep, ask, delete."""
    record.append("visit", SLUG, "k")
    shown = HomePage(RecordSource())
    for press, asking, left in (("ask", True, True), ("keep", False, True), ("ask", True, True)):
        shown._pressed(None, {"do": press}, None)  # noqa: SLF001 what a press in the browser calls
        assert (shown.now["asking"], record.path.exists()) == (asking, left)
    shown._pressed(None, {"do": "delete"}, None)  # noqa: SLF001 what a press in the browser calls
    assert (shown.now["asking"], record.path.exists()) == (False, False)
    assert "deleted" in shown.now["said"]


def test_export_holds_every_event(record) -> None:
    """As JSON for programs, as Markdown for people."""
    record.append("visit", SLUG, "k")
    assert json.loads(exported(record.events(), "json")["text"])[0]["key"] == "k"
    assert "| k |" in exported(record.events(), "markdown")["text"]


def test_a_review_moves_the_question_on(record) -> None:
    """A due question is asked with another variant, its answer kept with mode "review"; right: it is due later."""
    missed(record, "p99")
    session = Reviews()
    shown = session.now()
    assert shown["tally"] == "1 of 1 · Current: 0/1"
    assert "because" not in json.dumps(shown), "nothing of the key before an answer"
    key = session._variant().key  # noqa: SLF001 the key of the question in view
    session.do({"do": "answer", "question": shown["question"], "value": key.shown or f"{key.number}"})
    assert session.now()["said"][0]["verdict"] == "Right."
    kept = record.events("answer")[-1]
    assert (kept.data["mode"], kept.data["correct"], kept.data["variant"]) == ("review", True, 1)
    session.do({"do": "next"})
    assert "in 3 days" in session.now()["said"][0]["because"]
    assert RecordSource().home().due == ()


def test_two_tabs_of_reviews_answer_nothing_twice(record) -> None:
    """What one has answered, the other shows at its next press, with the numbers that were asked."""
    missed(record, "p99")
    one, other = Reviews(), Reviews()
    question, key = one.now()["question"], one._variant().key  # noqa: SLF001 the key of the question in view
    record.append("answer", SLUG, f"{SLUG}.p99", mode="review", given=None, variant="x")  # edited by hand
    one.do({"do": "answer", "question": question, "value": "1"})
    other.do({"do": "answer", "question": question, "value": key.shown})
    assert [event.data.get("given") for event in record.events("answer")] == ["a", None, 1]
    shown = other.now()
    assert (shown["given"], shown["closed"], shown["said"][0]["verdict"]) == ("1", True, "Not right.")


def test_a_review_without_due_questions_says_so(record) -> None:
    """And one whose question is no longer in the bank is left out."""
    missed(record, "gone")
    missed(record, "p99", days_ago=0)
    shown = Reviews().now()
    assert shown["said"][0]["verdict"] == "Nothing is due."
    assert "in 24 h" in shown["said"][0]["because"]


def test_a_broken_bank_leaves_the_page_standing(record) -> None:
    """Without its objectives."""
    record.append("answer", SLUG, f"{SLUG}.p99", correct=True, mode="practice")
    path = banks.bank_path(SLUG)
    assert path is not None
    path.write_text("chapter: [", encoding="utf-8")
    assert page(RecordSource())["mastery"] == []


def keep(record: Record, events: list[RecordEvent]) -> None:
    """Keep some events."""
    for event in events:
        record.append(event.kind, event.chapter, event.key, **event.data)


def told(key: str, value: object, actual: object, confidence: int | None = None) -> list[RecordEvent]:
    """Return a prediction and its reveal."""
    data = {"value": value, "unit": "ms", "confidence": confidence}
    return [RecordEvent("prediction", SLUG, key, data), RecordEvent("reveal", SLUG, key, {"actual": actual})]


def test_the_ledger_draws_hits_and_misses_apart() -> None:
    """Misses carry their number in the table; axes hold every point."""
    book = read_ledger([*told("a.p1", 10.0, 11.0, 90), *told("a.p2", 5.0, 900.0, 90), *told("a.p3", "up", "down", 70)])
    view = pictures.magnitudes(book)
    assert (list(view.curves["hits"].x), list(view.curves["misses"].text)) == ([11.0], ["2"])
    assert view.rows[1] == ("2 a.p2", "5 ms", "900 ms", "180x too low", "90 %")
    assert view.rows[2][3:] == ("did not come true", "70 %")
    assert pictures.bounds(book) == (1.0, 1000.0)


def test_the_ledger_says_what_stated_confidence_was_worth() -> None:
    """90 % twice, once true; and that two are few."""
    book = read_ledger([*told("a.p1", 10.0, 11.0, 90), *told("a.p2", 5.0, 900.0, 90)])
    view = pictures.confidences(book)
    assert view.rows == (("90 %", "1", "2", "50 %"),)
    assert "came true 50 % of 2: less often than you say." in view.sentence
    assert "few" in view.sentence


def test_an_empty_ledger_explains_itself(record, capsys) -> None:
    """What would be here, and when."""
    ledger()
    assert "lands here once its outcome is shown" in capsys.readouterr().out


def test_the_ledger_follows_other_notebooks(record) -> None:
    """From nothing to a figure, to a second one with stated confidence; axes reach further; deletion empties it."""
    live = LiveLedger(RecordSource())
    assert live.box.children == (live.note,)
    assert "lands here" in live.note.now["said"]
    keep(record, told(f"{SLUG}.p1", 10.0, 11.0))
    live.look()
    (box,) = live.box.children
    chart, readout = box.children
    assert [row[0] for row in readout.now["rows"]] == [f"1 {SLUG}.p1"]
    assert list(chart.layout.xaxis.range) == [1, 2]
    keep(record, told(f"{SLUG}.p2", 5.0, 90_000.0, 90))
    live.look()
    assert live.box.children[0] is box, "the same figure, moved"
    assert list(chart.layout.xaxis.range) == list(chart.layout.yaxis.range) == [0, 5]
    misses = next(trace for trace in chart.data if trace.name.startswith("missed"))
    assert (list(misses.x), list(misses.text)) == ([90_000.0], ["2"])
    assert [row[0] for row in live.box.children[1].children[1].now["rows"]] == ["90 %"]
    record.delete()
    live.look()
    assert live.box.children == (live.note,)


def test_the_ledger_is_drawn_again_only_where_a_prediction_changed(record, monkeypatch) -> None:
    """Not at every look, and not for a visit; damage of the record is said above the figures."""
    keep(record, told(f"{SLUG}.p1", 10.0, 11.0))
    live = LiveLedger(RecordSource())
    with monkeypatch.context() as patch:
        patch.setattr(live, "_draw", lambda: pytest.fail("it was drawn again"))
        live.look()
        record.append("visit", SLUG, "k")
        live.look()
    with record.path.open("ab") as file:
        file.write(b"edited by hand\n")
    live.look()
    assert "1 line(s) of your record could not be read" in live.box.children[0].now["said"]
    assert len(live.box.children) == 2


def test_what_the_browser_missed_is_sent_again(record) -> None:
    """A chart that has loaded asks for its points."""
    keep(record, told(f"{SLUG}.p1", 10.0, 11.0))
    chart, readout = LiveLedger(RecordSource()).box.children[0].children
    hits = next(trace for trace in chart.data if trace.name == "close")
    sent: list[int] = []
    hits.on_change(lambda *_: sent.append(len(hits.x)), "x")
    readout._handle_custom_msg({"do": "ready"}, [])  # noqa: SLF001 ipywidgets calls it for a message from the browser
    assert sent[-1] == 1
    assert 0 in sent


def test_a_follower_looks_until_it_is_closed(monkeypatch) -> None:
    """Again and again on the running loop, and never after; without a loop not at all."""
    shown = SimpleNamespace(comm=object(), looks=0)

    def look() -> None:
        shown.looks += 1
        shown.comm = object() if shown.looks < 3 else None

    shown.look = look
    follow.follow(shown)
    monkeypatch.setattr(follow, "LOOK_EVERY_S", 0.01)

    async def page() -> None:
        follow.follow(shown)
        while follow._watching:  # noqa: SLF001 the tasks that must end
            await asyncio.sleep(0.01)

    asyncio.run(page())
    assert shown.looks == 3


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.floats(), st.text(max_size=3), st.none(), st.booleans()),
            st.one_of(st.floats(), st.text(max_size=3), st.none()),
            st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=2)),
        ),
        max_size=6,
    )
)
@example([(1.0, 5e-324, None), (1.0, 1.7e308, None)])
@example([(5e-324, 1.7e308, 90)])
def test_no_edited_prediction_breaks_page_or_ledger(kept: list[tuple[Any, Any, Any]]) -> None:
    """Whatever stands in value, outcome and confidence, words and figures come out."""
    events = [event for n, (value, actual, sure) in enumerate(kept) for event in told(f"a.p{n}", value, actual, sure)]
    state = home_state([], events, datetime.now(UTC))
    assert home_view.text(state)
    assert ledger_text(state.ledger)
    assert all(one.view.sentence for one in pictures.pictures(state.ledger))


def test_problems_of_the_machine_come_first_with_their_remedy() -> None:
    """One problem is not ready; what is optional is."""
    ok, optional = (
        MachineFinding("Python", "ok", "3.12"),
        MachineFinding("Chromium", "optional", "not found", "Install it"),
    )
    assert findings_state([ok, optional])["met"]
    shown = findings_state([ok, optional, MachineFinding("disk", "problem", "0 GB free", "Free 1 GB")])
    assert not shown["met"]
    assert shown["rows"][0] == ["disk", "✗ problem", "0 GB free", "Free 1 GB"]


def test_the_calibration_says_from_which_batch_on_a_row_is_cheap() -> None:
    """Typical values: 0.6 ms a call and 8 µs a row, so 64 rows pay 17.4 µs each and 128 rows 12.7 µs; the last 8.6 µs."""
    view = batch_view(TYPICAL)
    assert view.sentence.startswith("From 128 rows")
    assert [row[0] for row in view.rows] == [f"{2**power:,}" for power in range(11)]
    assert view.rows[0][2] == "610.0 µs"
