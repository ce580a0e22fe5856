"""The late policy in nbgrader's own place for it, so that feedback pages, `nbgrader export` and our files agree.

Formgrader's tables show points before it, as under nbgrader's own penalties.

For every run of `mlsd grade` and `nbgrader autograde` to apply a policy, say in `notebooks/nbgrader_config.py`:

    c.AssignLatePenalties.plugin_class = "mlsd_course.grading.reports.penalties.LatePolicyPlugin"
    c.LatePolicyPlugin.policy = "10% a day, 3 days at most"
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.plugins import LateSubmissionPlugin
from traitlets import TraitError, Unicode, validate

from mlsd_course.errors import GradingError
from mlsd_course.grading.autograde.journal import Journal
from mlsd_course.grading.reports.classbook import find_graded, open_gradebook
from mlsd_course.grading.reports.late import LatePolicy, late_policy


class LatePolicyPlugin(LateSubmissionPlugin):  # type: ignore[misc] # nbgrader has no types
    """nbgrader's late plugin for a policy in words."""

    policy = Unicode("none", help="Such as '10% a day, 3 days at most, 15 minutes grace'.").tag(config=True)

    @validate("policy")
    def _readable(self, proposal: Any) -> str:
        try:
            late_policy(proposal["value"])
        except GradingError as error:
            raise TraitError(str(error)) from error
        return str(proposal["value"])

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        """Return the points to take off; None for none, as nbgrader has it."""
        return late_policy(self.policy).penalty(score, total_seconds_late) or None


@dataclass(frozen=True)
class AppliedPolicy:
    """What a policy did to an assignment: late learners with the points they lost, and those whose time is not known."""

    assignment: str
    policy: LatePolicy
    lost: dict[str, float]
    untimed: tuple[str, ...]
    changed: int

    @property
    def sentence(self) -> str:
        """What was done, in words."""
        total = sum(self.lost.values())
        parts = [f"{self.assignment}: {len(self.lost)} late, {total:g} points taken off, {self.changed} changed."]
        if self.untimed:
            parts.append(f"{len(self.untimed)} without a time of handing in count as in time.")
        return " ".join(parts)


def apply(root: Path, assignment: str, policy: LatePolicy) -> AppliedPolicy:
    """Set the late penalties of an assignment in the gradebook; marks stay as they are.

    Repeated, it changes nothing. GradingError where there is no due date, or while `mlsd grade` runs.
    """
    with open_gradebook(root) as book:
        entry = find_graded(book, assignment)
        if entry.duedate is None and policy != LatePolicy():
            raise GradingError(
                f"{assignment} has no due date",
                remedy=f'Set it in Formgrader, or: nbgrader db assignment add {assignment} --duedate="2026-03-01 18:00 UTC"',
            )
        with Journal(root).lock():
            return _applied(book, entry, policy)


def _applied(book: Any, entry: Any, policy: LatePolicy) -> AppliedPolicy:
    lost, untimed, changed = dict[str, float](), list[str](), 0
    for submission in sorted(entry.submissions, key=lambda row: str(row.student_id)):
        late_s = submission.total_seconds_late if entry.duedate is not None else 0.0
        if submission.timestamp is None:
            untimed.append(submission.student_id)
        if late_s > 0:
            lost[submission.student_id] = 0.0
        for notebook in submission.notebooks:
            penalty = policy.penalty(notebook.score, late_s) or None
            if penalty is not None:
                lost[submission.student_id] += penalty
            if (notebook.late_submission_penalty or None) != penalty:
                notebook.late_submission_penalty = penalty
                changed += 1
    book.db.commit()
    return AppliedPolicy(entry.name, policy, lost, tuple(untimed), changed)
