"""The design document, the diagram, and money in Markdown."""

import re

import pytest

from mlsd_course.design import (
    catalogue,
    worked_design,
)


@pytest.fixture
def fraud():
    """The worked design of card fraud, fresh for each test."""
    return worked_design("fraud")


def test_document_and_diagram(fraud):
    """The document holds the diagram, every part and the decision records."""
    text = fraud.to_markdown()
    assert "```mermaid\nflowchart LR" in text
    assert "## Decision records" in text
    for step in (fraud.requirements, fraud.constraints, fraud.strategy):
        assert all(part.name in text for part in step)
    assert len(re.findall(r"-->|-\.->", fraud.diagram().mermaid)) == len(fraud.architecture.flows)


def test_money_is_not_read_as_a_formula(fraud):
    """JupyterLab reads what stands between two dollar signs as a formula: each one in Markdown has two backslashes."""
    shown = [
        fraud.size(),
        fraud.binding(),
        fraud.simulate(),
        fraud.sensitivity(),
        fraud.recommend_pattern(),
        catalogue(),
    ]
    for text in (*(part._repr_markdown_() for part in shown), fraud.to_markdown()):
        assert not re.search(r"(?<!\\\\)\$", text)
    assert "\\\\$" in fraud.size()._repr_markdown_()
