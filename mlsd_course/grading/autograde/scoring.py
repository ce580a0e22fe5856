"""Turns the results of cells into points: by nbgrader's own rule, and by the course's rules for tampering and errors."""

from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from mlsd_course.grading.autograde.assignment import Notebook, SourceCell
from mlsd_course.grading.sandbox.job import CellResult, NotebookResult, SubmissionFinding


@dataclass(frozen=True)
class CellMark:
    """Points of one graded cell. `message` is for the learner.

    A score of None, or `manual`, means that a person has to look at the cell.
    """

    score: float | None
    points: float
    manual: bool = False
    message: str = ""
    cause: str = ""  # the kind of failure: an exception's name, "timeout", "not run", "refuted", "voided"; "" for none
    seconds: float = 0.0


def score_notebook(
    notebook: NotebookNode, asked: Notebook, notebook_result: NotebookResult | None
) -> dict[str, CellMark]:
    """Return the marks of a notebook by grade id, and put the outputs into its cells.

    A written answer gets no points where it was not touched; else a person marks it. A test gives no points if it did not
    run, if it succeeds only because the learner replaced something, or if it ran after code had tampered with the judge.
    """
    marks, void = {}, False
    for number, node in enumerate(notebook.cells):
        cell_result = notebook_result.cells.get(number) if notebook_result else None
        name = str(node.metadata.get("nbgrader", {}).get("grade_id", ""))
        if node.cell_type == "code":
            node.outputs = [NotebookNode(output) for output in _nodes(cell_result.outputs)] if cell_result else []
        if notebook_result:
            place = name or f"cell {number + 1}"
            void = void or any(finding.voids and finding.cell == place for finding in notebook_result.findings)
        source = asked.cells.get(name)
        if source is None or not (source.grade or source.task):
            continue
        if not source.test:
            marks[name] = _written(node, source)
        else:
            marks[name] = _tested(node, source, cell_result, notebook_result, void)
    return marks


def _tested(
    node: NotebookNode,
    source: SourceCell,
    cell_result: CellResult | None,
    notebook_result: NotebookResult | None,
    void: bool,
) -> CellMark:
    if cell_result is None:
        explanation = (
            f"{notebook_result.ended}: this test did not run." if notebook_result else "The notebook was not run."
        )
        node.outputs = [_error("NotRun", explanation)]
        return CellMark(0.0, source.points, message=explanation, cause="not run")
    score, message, cause = _score(node, source)
    seconds = cell_result.seconds
    if void:
        explanation = (
            "What ran before has reached for the judge, so this test proves nothing. Your instructor looks at it."
        )
        node.outputs.append(_error("Voided", explanation))
        return CellMark(0.0, source.points, True, explanation, "voided", seconds)
    if cell_result.doubts and score > 0:
        twin = NotebookNode(node, outputs=[NotebookNode(each) for each in _nodes(cell_result.second or [])])
        again = 0.0 if cell_result.second is None else _score(twin, source)[0]
        if again < score:
            explanation = (
                f"This test succeeds only because of what was replaced: it {'; '.join(cell_result.doubts[:3])}."
            )
            node.outputs.append(_error("Refuted", explanation))
            return CellMark(again, source.points, True, explanation, "refuted", seconds)
    return CellMark(score, source.points, False, message, cause, seconds)


def _score(node: NotebookNode, source: SourceCell) -> tuple[float, str, str]:
    """Return points, message and cause, by nbgrader's rule for the outputs of a test."""
    from nbgrader.utils import determine_grade

    for output in node.outputs:
        if output.output_type == "error":
            text = output.evalue.strip()
            late = output.ename == "KeyboardInterrupt"
            return 0.0, text or f"{output.ename}.", "timeout" if late else output.ename
        if output.output_type == "stream" and output.name == "stderr":
            return 0.0, output.text.strip()[-2000:], "stderr"
        if output.output_type == "execute_result":
            break
    try:
        score = float(determine_grade(node)[0])
    except ValueError:  # more points than there are
        explanation = f"The test gave more than its {source.points:g} points."
        return 0.0, explanation, "points"
    except (KeyError, TypeError):
        return source.points, "", ""
    value = _number(node)
    if value is not None and not value >= 0:  # nbgrader gives full points for NaN and for less than nothing
        return 0.0, f"The test ended in {value}, which is no number of points.", "points"
    return (
        score,
        "" if score == source.points else f"{score:g} of {source.points:g} points.",
        "" if score == source.points else "partly",
    )


def _number(node: NotebookNode) -> float | None:
    for output in node.outputs:
        if output.output_type == "execute_result":
            try:
                return float(output.data.get("text/plain", ""))
            except ValueError:
                return None
    return None


def _written(node: NotebookNode, source: SourceCell) -> CellMark:
    """A written answer waits for a person; one that was not touched is worth nothing."""
    from nbgrader.utils import compute_checksum

    untouched = not source.task and bool(source.checksum) and compute_checksum(node) == source.checksum
    if untouched or node.source.endswith("It was added back."):
        return CellMark(0.0, source.points, message="No response.", cause="no response")
    return CellMark(None, source.points, True)


def findings_of(notebook_result: NotebookResult) -> list[SubmissionFinding]:
    """Return the findings of a notebook's run, each once."""
    findings = list(notebook_result.findings)
    for cell_result in notebook_result.cells.values():
        findings += [SubmissionFinding("replaced", f"It {doubt}") for doubt in cell_result.doubts]
    return list({(each.kind, each.text): each for each in findings}.values())


def _nodes(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {key: NotebookNode(value) if isinstance(value, dict) else value for key, value in each.items()}
        for each in outputs
    ]


def _error(name: str, text: str) -> NotebookNode:
    return NotebookNode(output_type="error", ename=name, evalue=text, traceback=[f"{name}: {text}"])
