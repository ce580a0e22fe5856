"""Predictions in real JupyterLab: committed, waited for, kept over a kernel restart."""

import json

import pytest
from playwright.sync_api import Browser

from tests.support import lab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CELLS = [
    "from mlsd_course import explore",
    "explore.predict('ch90_browser.p1', 'How many?', unit='ms', low=1, high=1000)",
    "explore.reveal('ch90_browser.p1', 230.0)",
    "explore.predict('ch90_browser.p2', 'Which one?', choices=['Queueing', 'Service time'])",
]


def test_predict_then_reveal(chrome: Browser, light_lab: lab.Lab) -> None:
    """The reveal waits; a wrong input gets a sentence; Enter commits; after a restart the prediction is shown as given."""
    lab.write_notebook(light_lab.root / "predict.ipynb", CELLS)
    with lab.opened(chrome, light_lab, "predict.ipynb") as notebook:
        notebook.run_all()
        assert notebook.cell_errors() == []
        page, boxes = notebook.page, notebook.page.locator(".mlsd-box")
        assert "waits for your prediction above" in boxes.nth(1).inner_text()
        field = boxes.nth(0).locator("input")
        field.fill("5000")
        field.press("Enter")
        boxes.nth(0).get_by_role("alert").filter(has_text="got '5000'").wait_for()
        assert field.input_value() == "5000", "what was typed stays"
        field.fill("115")
        field.press("Enter")
        page.get_by_text("Too low by a factor of 2.").wait_for()
        assert "You predicted 115 ms." in boxes.nth(0).inner_text()
        choice = boxes.nth(2).get_by_role("radio").first
        choice.focus()
        page.keyboard.press("ArrowDown")
        boxes.nth(2).get_by_role("button", name="Commit prediction").focus()
        page.keyboard.press("Enter")
        page.get_by_text("You predicted Service time.").wait_for()
        assert notebook.unexpected_errors() == []
    events = [
        json.loads(line) for line in (light_lab.workspace / "record" / "events.jsonl").read_text("utf-8").splitlines()
    ]
    kept = [
        event["data"].get("value")
        for event in events
        if event["chapter"] == "ch90_browser" and event["kind"] == "prediction"
    ]
    assert kept == [115.0, "Service time"]
    with lab.opened(chrome, light_lab, "predict.ipynb") as notebook:
        notebook.page.keyboard.press("Escape")
        notebook.page.get_by_role("menuitem", name="Kernel", exact=True).click()
        notebook.page.get_by_text("Restart Kernel and Run All Cells", exact=False).first.click()
        notebook.page.get_by_role("button", name="Confirm Kernel Restart").click()
        notebook.page.get_by_text("You predicted 115 ms. Actual: 230 ms. Too low by a factor of 2.").wait_for()
        assert notebook.page.get_by_role("button", name="Commit prediction").count() == 0
