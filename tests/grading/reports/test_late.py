"""The late policy: words into points, by hand-computed values, and the same points in nbgrader's own places."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.plugins import CsvExportPlugin
from nbgrader.preprocessors import AssignLatePenalties
from traitlets.config import Config

from mlsd_course.errors import GradingError
from mlsd_course.grading.reports import apply, late_policy
from mlsd_course.grading.reports.late import late_seconds
from mlsd_course.grading.reports.penalties import LatePolicyPlugin
from tests.support.small_class import NAME, NOTEBOOK, Work, book_of, small_class

MINUTE, HOUR, DAY = 60, 3600, 86_400
POLICY = "10% a day, 3 days at most, 15 minutes grace"


@pytest.mark.parametrize(
    ("text", "late_s", "left"),
    [
        (POLICY, -HOUR, 20.0),
        (POLICY, 15 * MINUTE, 20.0),  # the last second of grace
        (POLICY, 15 * MINUTE + 1, 18.0),  # the first day has begun
        (POLICY, DAY, 18.0),
        (POLICY, DAY + 1, 16.0),
        (POLICY, 3 * DAY, 14.0),
        (POLICY, 3 * DAY + 1, 0.0),
        ("5% an hour, 50% at most", 3 * HOUR, 17.0),
        ("5% an hour, 50% at most", 40 * HOUR, 10.0),
        ("20%", 1, 16.0),
        ("20%", 30 * DAY, 16.0),
        ("30% per week", 8 * DAY, 8.0),
        ("60% a day", 2 * DAY, 0.0),  # never below nothing
        ("12.5% every day; grace of 1 hour", 2 * HOUR, 17.5),
        ("none", 99 * DAY, 20.0),
    ],
)
def test_points_that_are_left_of_twenty(text: str, late_s: float, left: float) -> None:
    """Each computed by hand."""
    assert 20 - late_policy(text).penalty(20, late_s) == pytest.approx(left)


def test_the_policy_is_repeated_in_full_words() -> None:
    """Whoever typed it sees how it was understood."""
    assert late_policy(POLICY).sentence == (
        "Late submissions lose 10 % of the points earned for each day begun; nothing is left after 3 days; "
        "up to 15 minutes are forgiven."
    )
    assert late_policy("none").sentence == "No penalty for late submissions."


@pytest.mark.parametrize(
    "text",
    ["", "strict", "10 a day", "10% a fortnight", "10% a day, 3 days", "120%", "-5% a day", "10% a day, 50% at most, 40% at most", "5%, 1 day at most, 2 days grace", "10% a day,", "9" * 400 + "% a day"],
)  # fmt: skip
def test_what_is_no_policy_is_refused_with_what_can_be_said(text: str) -> None:
    """One sentence: what was given, what is allowed."""
    with pytest.raises(GradingError, match=r"not understood .*Allowed: 'none', or a percentage such as '10% a day'"):
        late_policy(text)


@given(st.floats(0, 1e6), st.floats(-1e7, 1e7), st.floats(0, 1e7))
def test_later_never_costs_less_and_nothing_goes_below_zero(points: float, late_s: float, more_s: float) -> None:
    """For any points and any two times."""
    policy = late_policy("7% an hour, 2 days at most, 10 minutes grace")
    assert 0 <= policy.penalty(points, late_s) <= policy.penalty(points, late_s + more_s) <= points


def test_lateness_counts_from_the_due_date_with_the_extension() -> None:
    """Unknown times count as in time."""
    due = datetime(2026, 3, 1, 18)
    assert late_seconds(due + timedelta(hours=3), due) == 3 * HOUR
    assert late_seconds(due + timedelta(hours=3), due, timedelta(hours=2)) == HOUR
    assert late_seconds(due - timedelta(hours=3), due) == late_seconds(None, due) == late_seconds(due, None) == 0


WORKS = [
    Work("ada", points=(4, 6), late=timedelta(hours=30)),
    Work("bob", points=(4, 1), late=timedelta(hours=30), manual=2.0),
    Work("cyd", points=(4, 6), late=timedelta(minutes=-1)),
    Work("dan", points=(4, 6), late=timedelta(days=4)),
    Work("eve", points=(4, 6), late=None),
    Work("fay", points=(0, 0), late=timedelta(hours=30)),
]


def test_the_gradebook_holds_the_penalty_once_and_keeps_marks(tmp_path: Path) -> None:
    """10 - 20 %, 3 (marked by hand) - 20 %, in time, all lost; repeated nothing changes; `none` takes it back."""
    root = small_class(tmp_path, WORKS)
    applied = apply(root, NAME, late_policy(POLICY))
    assert applied.lost == pytest.approx({"ada": 2.0, "bob": 0.6, "dan": 10.0, "fay": 0.0})
    assert applied.untimed == ("eve",)
    assert applied.changed == 3
    assert apply(root, NAME, late_policy(POLICY)).changed == 0
    assert exported(root) == pytest.approx({"ada": 8, "bob": 2.4, "cyd": 10, "dan": 0, "eve": 10, "fay": 0})
    with book_of(root) as book:
        assert book.find_grade("e1_test", NOTEBOOK, NAME, "bob").manual_score == 2.0
    assert apply(root, NAME, late_policy("none")).changed == 3
    assert exported(root)["dan"] == 10


def test_a_mark_by_hand_after_the_penalty_is_taken_up_by_the_next_run(tmp_path: Path) -> None:
    """The penalty is a share of the points as they are now."""
    root = small_class(tmp_path, [Work("ada", points=(0, 5), late=timedelta(hours=1))])
    apply(root, NAME, late_policy("10% a day"))
    with book_of(root) as book:
        book.find_grade("e1_test", NOTEBOOK, NAME, "ada").manual_score = 4.0
        book.db.commit()
    apply(root, NAME, late_policy("10% a day"))
    assert exported(root)["ada"] == pytest.approx(8.1)


def test_nbgraders_own_step_with_our_plugin_sets_the_same(tmp_path: Path) -> None:
    """So a policy in nbgrader_config.py and one typed at the command line agree."""
    root = small_class(tmp_path, WORKS)
    config = Config()
    config.AssignLatePenalties.plugin_class = LatePolicyPlugin
    config.LatePolicyPlugin.policy = POLICY
    for work in WORKS:
        own = {"student": work.student, "assignment": NAME, "notebook": NOTEBOOK}
        own["db_url"] = f"sqlite:///{root / 'gradebook.db'}"
        AssignLatePenalties(config=config).preprocess(_Empty(), {"nbgrader": own})
    assert apply(root, NAME, late_policy(POLICY)).changed == 0


class _Empty:
    cells: tuple[object, ...] = ()


def test_a_policy_needs_a_due_date(tmp_path: Path) -> None:
    """The sentence says how to set one; without a policy none is needed."""
    root = small_class(tmp_path, WORKS[:1], due=None)
    with pytest.raises(GradingError, match=r"no due date\. Set it in Formgrader, or: nbgrader db assignment add"):
        apply(root, NAME, late_policy(POLICY))
    assert apply(root, NAME, late_policy("none")).changed == 0


def exported(root: Path) -> dict[str, float]:
    """Return the scores of `nbgrader export`."""
    plugin = CsvExportPlugin()
    plugin.to = str(root / "grades.csv")
    with book_of(root) as book:
        plugin.export(book)
    head, *rows = (line.split(",") for line in (root / "grades.csv").read_text(encoding="utf-8").splitlines())
    return {row[head.index("student_id")]: float(row[head.index("score")]) for row in rows}


def test_who_has_less_than_nothing_loses_nothing() -> None:
    """Points below 0, which a person may set, are no reason to give any back."""
    assert late_policy("10% a day").penalty(-3.0, 90_000) == 0
