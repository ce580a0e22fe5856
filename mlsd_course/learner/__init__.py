"""What the course remembers of a learner, as plain files in their workspace."""

from mlsd_course.learner.event import Event
from mlsd_course.learner.export import as_json, as_markdown
from mlsd_course.learner.place import workspace_root
from mlsd_course.learner.record import DamagedRecordWarning, Record
from mlsd_course.learner.workspace import Update, Workspace

__all__ = ["DamagedRecordWarning", "Event", "Record", "Update", "Workspace", "as_json", "as_markdown", "workspace_root"]
