"""What the course remembers of a learner, as plain files in their workspace; what it needs of their machine."""

from mlsd_course.learner.chapter import Chapter, chapters
from mlsd_course.learner.course_state import Exam, Home, Step, home_state
from mlsd_course.learner.documents import load_document, save_document
from mlsd_course.learner.event import Event
from mlsd_course.learner.export import as_json, as_markdown
from mlsd_course.learner.health import Finding, health
from mlsd_course.learner.ledger import CLOSE_FACTOR, Entry, Ledger, ledger
from mlsd_course.learner.mastery import Mastery, Objective, mastery
from mlsd_course.learner.paths import course_root, workspace_root
from mlsd_course.learner.progress import Progress, progress
from mlsd_course.learner.record import DamagedRecordWarning, Record
from mlsd_course.learner.review import Review, reviews
from mlsd_course.learner.time_spent import minutes_spent
from mlsd_course.learner.workspace import Update, Workspace

__all__ = [
    "CLOSE_FACTOR",
    "Chapter",
    "DamagedRecordWarning",
    "Entry",
    "Event",
    "Exam",
    "Finding",
    "Home",
    "Ledger",
    "Mastery",
    "Objective",
    "Progress",
    "Record",
    "Review",
    "Step",
    "Update",
    "Workspace",
    "as_json",
    "as_markdown",
    "chapters",
    "course_root",
    "health",
    "home_state",
    "ledger",
    "load_document",
    "mastery",
    "minutes_spent",
    "progress",
    "reviews",
    "save_document",
    "workspace_root",
]
