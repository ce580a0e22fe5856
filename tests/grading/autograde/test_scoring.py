"""From outputs to points: nbgrader's rule, and what it does not know, on notebooks that nobody ran."""

from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.utils import compute_checksum

from mlsd_course.grading.autograde.assignment import Notebook, SourceCell
from mlsd_course.grading.autograde.scoring import CellMark, findings_of, score_notebook
from mlsd_course.grading.sandbox.job import CellResult, NotebookResult, SubmissionFinding

POINTS = 3.0
TEST = SourceCell("e1_test", "code", "assert e1", True, "", True, False, False, POINTS)
ERROR = {"output_type": "error", "ename": "AssertionError", "evalue": "too small", "traceback": []}


def value(text: str) -> dict[str, Any]:
    """Return the output of a test that ends in an expression."""
    return {"output_type": "execute_result", "data": {"text/plain": text}, "metadata": {}, "execution_count": 1}


def stream(name: str, text: str = "hm") -> dict[str, Any]:
    """Return what a test printed."""
    return {"output_type": "stream", "name": name, "text": text}


def mark(result: NotebookResult | None, source: SourceCell = TEST, node: NotebookNode | None = None) -> CellMark:
    """Return the mark of a notebook with one graded cell."""
    node = node or new_code_cell(source.source)
    node.metadata["nbgrader"] = source.marks()
    return score_notebook(new_notebook(cells=[node]), Notebook("exercises", {source.name: source}, {}), result)[
        source.name
    ]


def ran(*outputs: dict[str, Any], **more: Any) -> NotebookResult:
    """Return the result of a notebook whose only cell gave `outputs`."""
    return NotebookResult("exercises", {0: CellResult(list(outputs), **more)})


@pytest.mark.parametrize(
    ("outputs", "score", "cause"),
    [
        ([], POINTS, ""),
        ([stream("stdout")], POINTS, ""),
        ([stream("stderr")], 0, "stderr"),
        ([ERROR], 0, "AssertionError"),
        ([{**ERROR, "ename": "KeyboardInterrupt"}], 0, "timeout"),
        ([value("3")], POINTS, ""),
        ([value("1.5")], 1.5, "partly"),
        ([value("0")], 0, "partly"),
        ([value("4")], 0, "points"),
        ([value("-1")], 0, "points"),
        ([value("nan")], 0, "points"),
        ([value("'text'")], POINTS, ""),
        ([value("2"), ERROR], 2, "partly"),  # as under nbgrader: the first of them counts
        ([ERROR, value("2")], 0, "AssertionError"),
        ([{**value("2"), "output_type": "display_data"}], POINTS, ""),
    ],
)
def test_outputs_of_a_test_give_points(outputs: list[dict[str, Any]], score: float, cause: str) -> None:
    """No output, or a value of no number, is success; more points than there are, less than none and NaN are none."""
    outputs = [{key: item for key, item in each.items() if each["output_type"] != "display_data" or key != "execution_count"} for each in outputs]  # fmt: skip
    given = mark(ran(*outputs))
    if score == 0 and cause == "AssertionError":
        assert given.message == "too small"
    assert (given.score, given.points, given.cause, given.manual) == (score, POINTS, cause, False)


def test_a_test_that_did_not_run_gives_nothing_and_says_why() -> None:
    """The reason is the notebook's end."""
    given = mark(NotebookResult("exercises", ended="It crashed Python"))
    assert (given.score, given.cause, given.message) == (0, "not run", "It crashed Python: this test did not run.")
    assert mark(None).message == "The notebook was not run."


@pytest.mark.parametrize(("second", "score"), [([], POINTS), ([ERROR], 0), ([value("1")], 1), (None, 0)])
def test_a_doubted_test_counts_what_the_second_run_gives(second: list[dict[str, Any]] | None, score: float) -> None:
    """Where that is less, a person looks at it; a second run that says nothing proves nothing."""
    given = mark(ran(doubts=["replaced the module math"], second=second))
    assert (given.score, given.manual) == (score, score < POINTS)
    assert ("replaced the module math" in given.message) == (score < POINTS)


def test_a_failed_test_is_not_doubted() -> None:
    """What gives no points needs no second run."""
    assert mark(ran(ERROR, doubts=["left threads running"], second=[])).cause == "AssertionError"


def test_tampering_takes_the_points_from_its_cell_on() -> None:
    """A test before it keeps its points; the one after it waits for a person."""
    cells = {name: SourceCell(name, "code", "", True, "", True, False, False, 1.0) for name in ("before", "after")}
    nodes = [new_code_cell(""), new_code_cell("gc.get_objects()"), new_code_cell("")]
    for node, name in ((nodes[0], "before"), (nodes[2], "after")):
        node.metadata["nbgrader"] = cells[name].marks()
    finding = SubmissionFinding("tampering", "Its code searched all objects", "cell 2", voids=True)
    result = NotebookResult("exercises", {number: CellResult() for number in range(3)}, [finding])
    marks = score_notebook(new_notebook(cells=nodes), Notebook("exercises", cells, {}), result)
    assert (marks["before"].score, marks["before"].manual) == (1, False)
    assert (marks["after"].score, marks["after"].manual, marks["after"].cause) == (0, True, "voided")


def test_a_written_answer_waits_for_a_person_and_an_untouched_one_is_worth_nothing() -> None:
    """Touched is what nbgrader's checksum says."""
    node = new_markdown_cell("YOUR ANSWER HERE")
    source = SourceCell("e3", "markdown", node.source, False, "", True, True, False, POINTS)
    node.metadata["nbgrader"] = source.marks()
    released = SourceCell("e3", "markdown", node.source, False, compute_checksum(node), True, True, False, POINTS)
    untouched = mark(None, released, new_markdown_cell("YOUR ANSWER HERE"))
    assert (untouched.score, untouched.cause) == (0, "no response")
    touched = mark(None, released, new_markdown_cell("Because the queue grows."))
    assert (touched.score, touched.manual) == (None, True)


def test_each_finding_is_told_once() -> None:
    """Two tests with the same doubt are one finding."""
    result = NotebookResult("exercises", {0: CellResult(doubts=["a"]), 1: CellResult(doubts=["a", "b"])})
    assert [each.text for each in findings_of(result)] == ["It a", "It b"]
