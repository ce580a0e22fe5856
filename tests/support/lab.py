"""A real JupyterLab on a temporary workspace, and a page of it in Chromium: what every browser test stands on."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, TimeoutError, sync_playwright

PATIENCE_S = 120  # how long a slow machine may take for what a fast one does at once
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
]
# Messages of JupyterLab itself that say nothing about a notebook; each with its reason.
ALLOWED_ERRORS = (
    "favicon",  # an idle favicon that the server does not ship
    "/api/contents/.jupyter",  # JupyterLab looks for workspace files that need not exist
)
PROMPT = "mlsd_course.explore.notebook.websocket.PromptConnection"
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


_PROMPTS = "[...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell .jp-InputArea-prompt')]"
FORGET = f"() => {_PROMPTS}.forEach((prompt) => {{ prompt.textContent = ''; }})"
WAITING = f"() => {_PROMPTS}.some((prompt) => prompt.textContent.includes('*'))"
HAS_RUN = f"() => {_PROMPTS}.some((prompt) => /\\d/.test(prompt.textContent))"
IDLE = "() => document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status === 'idle'"


def chromium() -> str | None:
    """Return the path of a Chromium: MLSD_CHROMIUM, one on the PATH, or playwright's own; None where there is none."""
    named = os.environ.get("MLSD_CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    found = named or next((path for path in map(shutil.which, names) if path), None)
    if found:
        return found
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return str(own) if own.exists() else None


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: its address, its folder of notebooks, the learner's workspace."""

    url: str
    token: str
    root: Path
    workspace: Path


@contextmanager
def jupyterlab(folder: Path, *, theme: str = "light", root: Path | None = None) -> Iterator[Lab]:
    """Run JupyterLab under `folder`, with its settings, its kernels' workspace and its port to itself.

    Notebooks are served from `root` (default: a folder `notebooks` made in `folder`).
    """
    root = root or folder / "notebooks"
    workspace, config, settings = folder / "workspace", folder / "config", folder / "settings"
    for path in (root, workspace, config, settings):
        path.mkdir(parents=True, exist_ok=True)
    _settings(settings, "apputils-extension", "notification", {"fetchNews": "false", "checkForUpdates": False})
    _settings(settings, "apputils-extension", "themes", {"theme": THEMES[theme]})
    port, token = _free_port(), "mlsd"
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}", "--ip=127.0.0.1"]
    options = [f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={root}", "--ServerApp.port_retries=0"]
    options.append(f"--ServerApp.kernel_websocket_connection_class={PROMPT}")  # as `mlsd lab` does
    options.append(f"--LabApp.user_settings_dir={settings}")
    options.append(f"--LabApp.workspaces_dir={folder / 'lab-workspaces'}")
    environment = {
        **{key: value for key, value in os.environ.items() if key not in ("MLSD_HEADLESS", "NBGRADER_EXECUTION")},
        "MLSD_WORKSPACE": str(workspace),
        "JUPYTER_CONFIG_DIR": str(config),
        "IPYTHONDIR": str(folder / "ipython"),
    }
    log = (folder / "jupyterlab.log").open("wb")
    process = subprocess.Popen([*command, *options], env=environment, stdout=log, stderr=log, cwd=root)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_up(f"{url}/api?token={token}", process, folder / "jupyterlab.log")
        yield Lab(url, token, root, workspace)
    finally:
        _stop(process, f"http://127.0.0.1:{port}/api/shutdown?token={token}")
        log.close()


@contextmanager
def browser() -> Iterator[Browser]:
    """Start Chromium; AssertionError where there is none."""
    path = chromium()
    assert path, "No Chromium: install it, or set MLSD_CHROMIUM to its path"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
        try:
            yield started
        finally:
            started.close()


@dataclass
class Notebook:
    """One notebook, open in JupyterLab. `errors`: console errors and uncaught exceptions since it was opened."""

    page: Page
    lab: Lab
    errors: list[str] = field(default_factory=list)

    def run_all(self, timeout_s: float = 300) -> None:
        """Run all cells and wait until the kernel is idle and no cell is left waiting."""
        for _ in range(6):
            self.page.evaluate(FORGET)  # the numbers that an earlier run has left
            self.page.get_by_role("menuitem", name="Run", exact=True).click()
            self.page.get_by_text("Run All Cells", exact=True).click()
            with suppress(TimeoutError):
                self.page.wait_for_function(f"() => ({WAITING})() || ({HAS_RUN})()", timeout=5_000)
            self.page.wait_for_function(f"() => ({IDLE})() && !({WAITING})()", timeout=timeout_s * 1000)
            if self.page.evaluate(HAS_RUN):
                return
            # JupyterLab passes the command over, or takes it back, while it sets the session up.
        raise AssertionError(f"JupyterLab does not run the cells of {self.page.url}")

    def save(self) -> None:
        """Save as a learner does, and wait until the server has the file."""
        saved = lambda answer: "/api/contents/" in answer.url and answer.request.method == "PUT"  # noqa: E731
        with self.page.expect_response(saved):
            self.page.keyboard.press("Control+s")

    def reload(self) -> None:
        """Save and load the page again, with the kernel as it is."""
        self.save()
        self.page.reload()
        self.page.locator(".jp-Notebook").wait_for()

    def cell_errors(self) -> list[str]:
        """Return the text of every error output."""
        return self.page.locator(
            ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr'], .jp-RenderedText[data-mime-type*='error']"
        ).all_inner_texts()

    def explorers(self) -> Locator:
        """Return the explorers on the page."""
        return self.page.locator(".mlsd-explorer")

    def screenshot(self, path: Path, part: Locator | None = None) -> Path:
        """Save a picture of the page, or of a part of it scrolled into view."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if part is None:
            self.page.screenshot(path=path)
        else:
            part.scroll_into_view_if_needed()
            part.screenshot(path=path)
        return path

    def unexpected_errors(self) -> list[str]:
        """Return the console errors that the short list of allowed ones does not cover."""
        return [error for error in self.errors if not any(allowed in error for allowed in ALLOWED_ERRORS)]


@contextmanager
def opened(
    chrome: Browser, lab: Lab, path: str, *, width: int = 1280, height: int = 800, theme: str = "light"
) -> Iterator[Notebook]:
    """Open the notebook at `path` (relative to the lab's root) with the side bar folded, and wait for its kernel."""
    context = chrome.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if theme == "dark" else "light"
    )
    context.set_default_timeout(PATIENCE_S * 1000)
    page = context.new_page()
    notebook = Notebook(page, lab)
    page.on("console", lambda message: _note(notebook, message))
    page.on("pageerror", lambda error: notebook.errors.append(f"uncaught: {error}"))
    # A JupyterLab that is slow to learn of its kernels asks for one.
    page.add_locator_handler(
        page.locator(".jp-Dialog").get_by_role("button", name="Select Kernel"),
        lambda button: button.click(),
        no_wait_after=True,
    )
    try:
        page.goto(f"{lab.url}/lab/tree/{path}?token={lab.token}&reset")
        page.locator(".jp-Notebook").wait_for()
        _wait_for_kernel(notebook, path)
        page.wait_for_function(IDLE)
        page.get_by_role("menuitem", name="View", exact=True).wait_for()
        if page.locator("#jp-left-stack").is_visible():
            page.keyboard.press("Control+b")
        yield notebook
    finally:
        context.close()
        _end_kernels(lab)


def write_notebook(path: Path, cells: list[str]) -> Path:
    """Write a notebook of code cells."""
    body = [
        {"cell_type": "code", "id": f"c{i}", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        for i, source in enumerate(cells)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    text = json.dumps({"cells": body, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})
    path.write_text(text, encoding="utf-8")
    return path


def _note(notebook: Notebook, message: ConsoleMessage) -> None:
    if message.type == "error":
        notebook.errors.append(f"{message.text} ({message.location.get('url', '')})")


def _wait_for_kernel(notebook: Notebook, path: str) -> None:
    """Wait until the server has the page's kernel, idle and connected: before, JupyterLab would ask which one to take."""
    url = f"{notebook.lab.url}/api/sessions?token={notebook.lab.token}"
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
            kernels = [session["kernel"] for session in json.load(answer) if session["path"] == path]
        if any(kernel["connections"] and kernel["execution_state"] == "idle" for kernel in kernels):
            return
        notebook.page.wait_for_timeout(200)
    raise AssertionError(f"No kernel for {path} within {PATIENCE_S} s")


def _end_kernels(running: Lab) -> None:
    """Shut the kernels down: the next page would be handed the widgets of this one."""
    authorization = {"Authorization": f"token {running.token}"}
    with urllib.request.urlopen(urllib.request.Request(f"{running.url}/api/sessions", headers=authorization)) as answer:
        sessions = json.load(answer)
    for session in sessions:
        url = f"{running.url}/api/sessions/{session['id']}"
        urllib.request.urlopen(urllib.request.Request(url, headers=authorization, method="DELETE"), timeout=30).close()


def _settings(folder: Path, extension: str, plugin: str, values: dict[str, object]) -> None:
    path = folder / "@jupyterlab" / extension / f"{plugin}.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values), encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path, timeout_s: float = PATIENCE_S) -> None:
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-3000:]}")


def _stop(process: subprocess.Popen[bytes], shutdown_url: str) -> None:
    try:  # the server's own way out takes the kernels with it
        urllib.request.urlopen(urllib.request.Request(shutdown_url, method="POST"), timeout=5).close()
        process.wait(timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


__all__ = [
    "ALLOWED_ERRORS",
    "Error",
    "Lab",
    "Notebook",
    "browser",
    "chromium",
    "jupyterlab",
    "opened",
    "write_notebook",
]
