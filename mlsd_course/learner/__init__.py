"""What the course remembers of a learner, as plain files in their workspace; what it needs of their machine."""

from mlsd_course.learner.chapter import Chapter, chapters
from mlsd_course.learner.course_state import ExamState, Home, NextStep, home_state
from mlsd_course.learner.documents import load_document, save_document
from mlsd_course.learner.event import RecordEvent
from mlsd_course.learner.export import as_json, as_markdown
from mlsd_course.learner.health import MachineFinding, health
from mlsd_course.learner.ledger import CLOSE_FACTOR, Entry, Ledger, ledger_of
from mlsd_course.learner.mastery import CourseObjective, Mastery, mastery_of
from mlsd_course.learner.paths import course_root, workspace_root
from mlsd_course.learner.progress import Progress, progress
from mlsd_course.learner.record import DamagedRecordWarning, Record
from mlsd_course.learner.review import DueReview, reviews
from mlsd_course.learner.time_spent import minutes_spent
from mlsd_course.learner.workspace import Update, Workspace

__all__ = [
    "CLOSE_FACTOR",
    "Chapter",
    "CourseObjective",
    "DamagedRecordWarning",
    "DueReview",
    "Entry",
    "ExamState",
    "Home",
    "Ledger",
    "MachineFinding",
    "Mastery",
    "NextStep",
    "Progress",
    "Record",
    "RecordEvent",
    "Update",
    "Workspace",
    "as_json",
    "as_markdown",
    "chapters",
    "course_root",
    "health",
    "home_state",
    "ledger_of",
    "load_document",
    "mastery_of",
    "minutes_spent",
    "progress",
    "reviews",
    "save_document",
    "workspace_root",
]
