"""People at their JupyterLab: what a person does there, by the words they read."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Locator, Page

SCREENSHOTS = Path(__file__).parent.parent / "screenshots"

SCRIPTS = Path(__file__).parent.parent / "scripts"

READY = "() => window.jupyterapp?.restored.then(() => true)"

# Waits for the kernel, appends a cell, runs it, returns what it printed or showed.
RUN = """async ([code, patience]) => {
  const app = window.jupyterapp;
  const panel = app.shell.currentWidget;
  const late = new Promise((_, reject) => setTimeout(
    () => reject(new Error(`not done in time: ${code}`)), patience));
  const work = async () => {
    await panel.context.ready;
    await panel.sessionContext.ready;
    while (panel.sessionContext.session?.kernel?.status !== 'idle') {
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    const notebook = panel.content;
    const shared = notebook.model.sharedModel;
    let index = shared.cells.length - 1;
    const last = shared.cells[index].getSource();
    if (last === '') {
      shared.cells[index].setSource(code);
    } else if (last !== code) {
      index += 1;
      shared.insertCell(index, {
        cell_type: 'code', source: code, metadata: { trusted: true } });
    }
    notebook.activeCellIndex = index;
    notebook.deselectAll();
    await app.commands.execute('notebook:run-cell');
    const outputs = notebook.widgets[index].model.outputs.toJSON();
    return outputs.map(output => {
      if (output.output_type === 'error') {
        throw new Error(output.traceback.join('\\n'));
      }
      return output.text ?? output.data?.['text/plain'] ?? '';
    }).flat().join('');
  };
  return Promise.race([work(), late]);
}"""

# Asks the kernel for a value, behind everyone's back.
VALUE = """async expression => {
  const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
  const future = kernel.requestExecute({
    code: '', silent: true, user_expressions: { asked: expression } });
  const reply = await future.done;
  const { data, ename, evalue } = reply.content.user_expressions.asked;
  if (!data) throw new Error(`${ename}: ${evalue}`);
  return data['text/plain'];
}"""

# How many pixels of a canvas have a colour that is no grey.
COLOURED = """canvas => {
  const { width, height } = canvas;
  if (!width || !height) return 0;
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  let found = 0;
  for (let at = 0; at < data.length; at += 4) {
    const [red, green, blue, alpha] = data.slice(at, at + 4);
    const spread = Math.max(red, green, blue) - Math.min(red, green, blue);
    if (alpha > 40 && spread > 40) found += 1;
  }
  return found;
}"""


class Desk:
    """One person's JupyterLab in a browser."""

    def __init__(self, login: str, lab: Any, page: Page, console: Any) -> None:
        self.login = login
        self.lab = lab
        self.page = page
        self.console = console
        self.seen: list[tuple[str, str]] = []

    def enter(self, path: str = "") -> None:
        """Sign in by the link, and wait until everything is where it was."""
        self.page.goto(self.lab.link(self.login, path))
        self.page.wait_for_selector(".jp-LabShell")
        self.page.wait_for_function("() => window.jupyterapp")
        self.page.evaluate(READY)

    def command(self, name: str, /, **args: Any) -> None:
        """Run a command of JupyterLab's."""
        self.page.evaluate(
            "async ([name, args]) => {"
            " await window.jupyterapp.commands.execute(name, args); }",
            [name, args],
        )

    def clear(self) -> None:
        """Close everything in the main area, and what is shown above it."""
        self.page.evaluate(
            """async () => {
              const { shell } = window.jupyterapp;
              for (const widget of [...shell.widgets('main')]) {
                widget.dispose();
              }
              const toasts = '.jp-Notification-Toast-Close';
              for (const close of document.querySelectorAll(toasts)) {
                close.click();
              }
            }"""
        )

    def runs(self, query: str = "") -> Locator:
        """Open the run explorer in the main area, with the runs in it."""
        self.command("jupyter-artifacts:open-runs", query=query, name="test")
        explorer = self.page.locator(".jp-Artifacts-panel .jp-Artifacts-explorer")
        explorer.last.get_by_role("grid").wait_for()
        return explorer.last

    def team(self) -> Locator:
        """Show the side bar."""
        self.command("jupyter-artifacts:show-team")
        sidebar = self.page.locator("#jupyter-artifacts-sidebar")
        sidebar.wait_for()
        return sidebar

    def notebook(self, name: str) -> Locator:
        """Open a notebook and wait for its kernel."""
        self.command("docmanager:open", path=name, factory="Notebook")
        self.page.wait_for_function(
            """name => {
              const panel = window.jupyterapp.shell.currentWidget;
              const session = panel?.sessionContext?.session;
              return panel?.context?.path.endsWith(name) && panel.content.model
                && session?.kernel?.status === 'idle';
            }""",
            arg=name,
        )
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def run(self, code: str, patience: int = 30_000) -> str:
        """Run code in a new cell at the end; return what it printed or showed."""
        text: str = self.page.evaluate(RUN, [code, patience])
        return text

    def value(self, expression: str) -> Any:
        """Return what an expression is worth in the open notebook's kernel."""
        return ast.literal_eval(self.page.evaluate(VALUE, expression))

    def cells(self) -> list[str]:
        """Return the source of each cell of the open notebook."""
        sources: list[str] = self.page.evaluate(
            "() => window.jupyterapp.shell.currentWidget.content.model.sharedModel"
            ".cells.map(cell => cell.getSource())"
        )
        return sources

    def until(self, holds: Callable[[], bool], seconds: float = 20) -> None:
        """Wait for what no locator can say; look again after each frame or two."""
        give_up = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < give_up, "it did not come to hold"
            self.page.wait_for_timeout(50)

    def shot(self, name: str) -> None:
        """Keep a picture, to be looked at."""
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")


@pytest.fixture(scope="session")
def desks(open_context, request) -> Callable[[str, Any], Desk]:
    """Each person's page of each Lab, opened once."""
    opened: dict[tuple[str, str], Desk] = {}
    console_class = request.getfixturevalue("console_class")

    def desk_of(login: str, lab: Any) -> Desk:
        key = (login, lab.url)
        if key not in opened:
            context = open_context()
            page = context.new_page()
            console = console_class()
            console.watch(page)
            opened[key] = Desk(login, lab, page, console)
            opened[key].enter()
        return opened[key]

    return desk_of


@pytest.fixture
def sit(desks, lab) -> Any:
    """Let a person sit down at an empty Lab; afterwards look at their console."""
    sitting: list[Desk] = []

    def down(login: str, at: Any = lab) -> Desk:
        desk: Desk = desks(login, at)
        desk.clear()
        desk.console.check()
        sitting.append(desk)
        return desk

    yield down
    for desk in sitting:
        desk.clear()
        desk.console.check()


@pytest.fixture
def alice(sit) -> Desk:
    """Alice at the Lab."""
    desk: Desk = sit("alice")
    return desk


@pytest.fixture
def bob(sit) -> Desk:
    """Bob at the same Lab."""
    desk: Desk = sit("bob")
    return desk


@pytest.fixture
def notebook(lab, request) -> str:
    """A new notebook, by its name."""
    name = re.sub(r"\W+", "-", request.node.name).strip("-") + ".ipynb"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cell: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "id": "first",
        "metadata": {},
        "outputs": [],
        "source": "",
    }
    content = {
        "cells": [cell],
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (lab.root / name).write_text(json.dumps(content))
    return name


@pytest.fixture(scope="session")
def coloured() -> Callable[[Locator], int]:
    """Counts the coloured pixels of a canvas: lines are, an empty plot has none."""

    def count(canvas: Locator) -> int:
        found: int = canvas.evaluate(COLOURED)
        return found

    return count


@pytest.fixture
def training(team, tmp_path) -> Iterator[str]:
    """A run of alice's that goes on, by its address; gone afterwards."""
    carrier = team.acting("alice")
    process = subprocess.Popen(
        [sys.executable, str(SCRIPTS / "train_slowly.py"), str(tmp_path)],
        env=team.environment,
    )
    try:
        yield "alice:live-exp0"
    finally:
        (tmp_path / "enough").touch()
        process.wait(30)
        carrier.call("runs.delete", user="alice", run="live")
