"""Alice restarts the kernel that bob shares, and runs the cell once more."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

MNIST = "alice:mnist-exp0"
BASELINE = "chen:baseline-exp0"
VIEW = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Artifacts-explorer"
NOTE = '.jp-Artifacts-note[data-kind="kernel-gone"]:visible'
QUERY = "Query: which runs to show"
SHOW = f"""import jupyter_artifacts as ja
explorer = ja.RunExplorer(selected=["{MNIST}"])
explorer"""
# Restarts as the menu does, without its question.
RESTART = """async () => {
  const { sessionContext } = window.jupyterapp.shell.currentWidget;
  await sessionContext.restartKernel();
}"""

KERNEL = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
SLEEP = f"() => {{ {KERNEL}.requestExecute({{code: 'import time; time.sleep(40)'}}); }}"
BUSY = f"() => {KERNEL}.status === 'busy'"
INTERRUPT = f"() => {KERNEL}.interrupt()"


def row(desk, address):
    """The table's line of a run."""
    return desk.page.locator(VIEW).locator(f'[role="row"][data-address="{address}"]')


def dot(desk, address):
    """The button that selects a run."""
    return row(desk, address).get_by_role("button")


def ask(desk, query):
    """Type a query, and confirm it."""
    line = desk.page.locator(VIEW).get_by_label(QUERY)
    line.fill(query)
    line.press("Enter")


@pytest.fixture
def both(alice, bob, notebook):
    """Both have the explorer before them, and have used it."""
    alice.notebook(notebook)
    bob.notebook(notebook)
    alice.run(SHOW)
    for desk in (alice, bob):
        expect(row(desk, MNIST)).to_be_visible(timeout=20_000)
    dot(bob, BASELINE).click()
    alice.until(lambda: alice.value("explorer.selected") == [MNIST, BASELINE])
    return alice, bob


@pytest.mark.parametrize("first", ["alice", "bob"])
def test_after_a_restart_and_a_run_everything_is_shared(both, first):
    """Once alice restarted and ran the cell, queries and clicks go both ways again."""
    alice, bob = both
    one, other = (alice, bob) if first == "alice" else (bob, alice)

    alice.page.evaluate(RESTART)
    alice.run(SHOW)
    for desk in both:
        expect(dot(desk, BASELINE)).to_have_attribute("aria-pressed", "false")

    ask(one, 'user == "chen"')
    alice.until(lambda: alice.value("explorer.query") == 'user == "chen"')
    for desk in both:
        expect(row(desk, MNIST)).to_have_count(0)
        expect(row(desk, BASELINE)).to_be_visible()
    ask(other, "")
    alice.until(lambda: alice.value("explorer.query") == "")
    for desk in both:
        expect(row(desk, MNIST)).to_be_visible()
    dot(other, BASELINE).click()
    alice.until(lambda: alice.value("explorer.selected") == [MNIST, BASELINE])
    dot(one, MNIST).click()
    alice.until(lambda: alice.value("explorer.selected") == [BASELINE])
    for desk in both:
        expect(dot(desk, BASELINE)).to_have_attribute("aria-pressed", "true")
        expect(dot(desk, MNIST)).to_have_attribute("aria-pressed", "false")
        assert desk.page.locator(VIEW).count() == 1
        assert desk.page.locator(NOTE).count() == 0


def test_bob_is_heard_while_a_cell_runs_in_the_new_kernel(both):
    """After the restart bob's clicks count at once, whatever cell is running."""
    alice, bob = both

    alice.page.evaluate(RESTART)
    alice.run(SHOW)
    expect(dot(bob, BASELINE)).to_have_attribute("aria-pressed", "false")
    alice.page.evaluate(SLEEP)
    bob.page.wait_for_function(BUSY)
    dot(bob, BASELINE).click()

    pressed = expect(dot(alice, BASELINE))
    pressed.to_have_attribute("aria-pressed", "true", timeout=15_000)
    alice.page.evaluate(INTERRUPT)
