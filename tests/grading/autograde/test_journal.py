"""The journal: a record comes back as it was written, one of an earlier release is read, one that is none is none."""

import json
from pathlib import Path

import pytest

from mlsd_course.grading.autograde import Journal, SubmissionRecord
from tests.support.grades import SLUG, grades, open_class


def test_a_record_comes_back_as_it_was_written(tmp_path: Path) -> None:
    """All fields, also for a learner whose name no file can have."""
    record = SubmissionRecord("a", "an/odd name", "key", missing=["lesson"], recorded=True, feedback_written=True)
    Journal(tmp_path).write(record)
    assert Journal(tmp_path).read("a", "an/odd name") == record
    assert Journal(tmp_path).records("a") == [record]


def test_a_journal_of_an_earlier_release_is_read_and_nothing_is_run_again(tmp_path: Path) -> None:
    """Its records say `applied` and `fed`."""
    made = open_class(tmp_path, ["wrong"])
    made.grade()
    before = grades(made.root)
    (path,) = (made.root / ".mlsd" / "grading" / SLUG).glob("*.json")
    values = json.loads(path.read_text())
    values["applied"], values["fed"] = values.pop("recorded"), values.pop("feedback_written")
    path.write_text(json.dumps(values))
    record = Journal(made.root).read(SLUG, "wrong")
    assert record is not None
    assert record.recorded
    assert record.feedback_written
    again = made.grade()
    assert (again.graded, again.finished, again.current) == ([], 0, 1)
    assert grades(made.root) == before


@pytest.mark.parametrize("text", ["", "[]", "3", "{", '{"assignment": "a"}', '{"unknown": 1}', "null"])
def test_what_is_no_record_is_read_as_none(text: str, tmp_path: Path) -> None:
    """The submission is then run again."""
    Journal(tmp_path).write(SubmissionRecord("a", "ada", "key"))
    (path,) = (tmp_path / ".mlsd" / "grading" / "a").glob("*.json")
    path.write_text(text)
    assert Journal(tmp_path).read("a", "ada") is None
    assert Journal(tmp_path).records("a") == []
