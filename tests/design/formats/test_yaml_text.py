"""A design as YAML: every mistake in a file has its line and field."""

import re

import pytest

from mlsd_course.design import (
    MLSystemDesign,
    worked_design,
)
from mlsd_course.errors import DesignError


@pytest.fixture
def fraud():
    """The worked design of card fraud, fresh for each test."""
    return worked_design("fraud")


# an edit, what the error says, and the line that it must name, by what stands on it after the edit
EDITS = [
    ("capacity_per_s: 900", "capacity_per_s: many", r"field architecture.components\[0\].capacity_per_s", "many"),
    ("capacity_per_s: 900", "capacity_per_sec: 900", r"Did you mean 'capacity_per_s'", "capacity_per_sec"),
    ("target: model", "target: modle", r"flows\[\d+\].target.*modle", "target: modle"),
    ("type: latency", "type: latancy", r"type.*Did you mean 'latency'", "type: latancy"),
    ("p50_ms: 6", "p50_ms: 60", r"p99_ms", "p99_ms: "),
    ("business_objective:", "objective:", r"no such field", "objective:"),
    ("  ml_metrics:", "  ml_metrics: 3\n  x:", r"no such field", "  x:"),
    (
        "  ml_metrics:\n",
        "  ml_metrics: 3\n  assumptions:\n",
        r"field requirements.ml_metrics: expected a list",
        "  ml_metrics:",
    ),
    ("capacity_per_s: 900", "capacity_per_s: " + "9" * 400, r"capacity_per_s", "9" * 400),
    ("capacity_per_s: 900", "capacity_per_s: 9\x00", r"not valid YAML", "9\x00"),
    ("capacity_per_s: 900", "capacity_per_s: 2024-99-99", r"this value cannot be read", "2024-99-99"),
]


@pytest.mark.parametrize(("old", "new", "match", "named"), EDITS)
def test_yaml_errors_name_line_and_field(fraud, old, new, match, named):
    """A mistake in the file is named by its field and by its very line."""
    text = fraud.to_yaml()
    assert old in text
    edited = text.replace(old, new, 1)
    with pytest.raises(DesignError, match=match) as refused:
        MLSystemDesign.from_yaml(edited, "fraud.yaml")
    line = int(re.search(r"fraud.yaml, line (\d+)", str(refused.value))[1])
    assert line == edited[: edited.index(named, text.index(old))].count("\n") + 1
