"""Two people in one Lab: from alice's cell to a file that bob pulls."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

MNIST = "alice:mnist-exp0"
BASELINE = "chen:baseline-exp0"
VIEW = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Artifacts-explorer"
QUERY = "Query: which runs to show"
SHOW = f"""import jupyter_artifacts as ja
explorer = ja.RunExplorer(selected=["{MNIST}"])
explorer"""
CLICK_AT = """(button, when) => {
  setTimeout(() => button.click(), when - Date.now());
}"""


def explorer_of(desk):
    """The live explorer below the cell."""
    found = desk.page.locator(VIEW)
    expect(row(found, MNIST)).to_be_visible(timeout=20_000)
    return found


def row(explorer, address):
    """The table's line of a run."""
    return explorer.locator(f'[role="row"][data-address="{address}"]')


def dot(explorer, address):
    """The button that selects a run."""
    return row(explorer, address).get_by_role("button")


@pytest.fixture
def both(alice, bob, notebook):
    """Alice runs the cell with the explorer while bob has the notebook open."""
    alice.notebook(notebook)
    bob.notebook(notebook)
    alice.run(SHOW)
    return alice, bob


def test_bob_sees_what_alice_ran(both):
    """Bob does nothing, and has the live explorer with the run alice selected."""
    _, bob = both

    explorer = explorer_of(bob)

    expect(dot(explorer, MNIST)).to_have_attribute("aria-pressed", "true")
    expect(dot(explorer, BASELINE)).to_have_attribute("aria-pressed", "false")
    expect(explorer.locator(".jp-Artifacts-live")).to_have_text("live")


def test_what_bob_selects_is_selected_in_python(both):
    """A run that bob selects is in `explorer.selected`, and on alice's screen."""
    alice, bob = both

    dot(explorer_of(bob), BASELINE).click()

    expect(dot(explorer_of(alice), BASELINE)).to_have_attribute("aria-pressed", "true")
    alice.until(lambda: alice.value("explorer.selected") == [MNIST, BASELINE])


def test_what_python_selects_is_selected_for_both(both):
    """Setting `explorer.selected` in a cell changes both screens."""
    alice, bob = both
    explorer_of(bob)

    alice.run(f'explorer.selected = ["{BASELINE}"]')

    for desk in both:
        explorer = explorer_of(desk)
        expect(dot(explorer, BASELINE)).to_have_attribute("aria-pressed", "true")
        expect(dot(explorer, MNIST)).to_have_attribute("aria-pressed", "false")


def test_clicks_at_the_same_moment_both_count(both):
    """Alice and bob click within the same millisecond: nobody's click is lost."""
    alice, bob = both
    others = [
        BASELINE,
        alice.page.locator(f"{VIEW} [role='row'][data-address*='a-name-']"),
    ]
    expect(others[1]).to_be_visible()
    long = others[1].get_attribute("data-address")
    buttons = [
        dot(explorer_of(alice), BASELINE).element_handle(),
        dot(explorer_of(bob), long).element_handle(),
    ]

    moment = alice.page.evaluate("() => Date.now()") + 1000
    for button in buttons:
        button.evaluate(CLICK_AT, moment)

    alice.until(
        lambda: set(alice.value("explorer.selected")) == {MNIST, BASELINE, long}
    )
    for desk in both:
        for address in (MNIST, BASELINE, long):
            expect(dot(explorer_of(desk), address)).to_have_attribute(
                "aria-pressed", "true"
            )


def test_a_query_is_everyones(both):
    """The query that bob types narrows alice's table, and is `explorer.query`."""
    alice, bob = both
    asked = 'user == "alice"'
    line = explorer_of(bob).get_by_label(QUERY)

    line.fill(asked)
    line.press("Enter")

    explorer = explorer_of(alice)
    expect(explorer.get_by_label(QUERY)).to_have_value(asked)
    expect(row(explorer, BASELINE)).to_have_count(0)
    alice.until(lambda: alice.value("explorer.query") == asked)
    assert alice.value("list(explorer.frame().user.unique())") == ["alice"]


def test_bob_pulls_a_file_as_himself(both, lab):
    """Bob downloads to the session by alice's widget: the transfer is his, whole."""
    _, bob = both
    explorer = explorer_of(bob)
    row(explorer, MNIST).get_by_role("gridcell").nth(1).click()
    explorer.get_by_role("treeitem").filter(has_text="history.csv").click()

    explorer.get_by_role("button", name="Download to session").click()

    line = explorer.locator(".jp-Artifacts-transfer").filter(has_text="history.csv")
    expect(line).to_contain_text("checked by blake3")
    (his,) = [
        transfer
        for transfer in lab.team.acting("alice").call("transfers.list")
        if transfer.address == f"{MNIST}/history.csv"
    ]
    assert (his.owner, his.state, his.receipt.user) == ("bob", "done", "bob")
    pulled = lab.root / his.to / "history.csv"
    assert pulled.read_bytes() == (lab.team.work / "alice/history.csv").read_bytes()


def test_someone_who_joins_later_sees_it(both, sit, notebook):
    """Chen opens the notebook afterwards, and has the same selection."""
    chen = sit("chen")

    chen.notebook(notebook)

    explorer = explorer_of(chen)
    expect(dot(explorer, MNIST)).to_have_attribute("aria-pressed", "true")
    dot(explorer, BASELINE).click()
    expect(dot(explorer_of(both[0]), BASELINE)).to_have_attribute(
        "aria-pressed", "true"
    )


def test_after_a_reload_it_is_there(both, notebook):
    """Bob opens the page anew: the explorer is live, with the selection."""
    alice, bob = both
    dot(explorer_of(bob), BASELINE).click()
    alice.until(lambda: alice.value("explorer.selected") == [MNIST, BASELINE])

    bob.enter(notebook)

    explorer = explorer_of(bob)
    expect(dot(explorer, BASELINE)).to_have_attribute("aria-pressed", "true")
    dot(explorer, MNIST).click()
    alice.until(lambda: alice.value("explorer.selected") == [BASELINE])


def test_a_restarted_kernel_leaves_no_blank(both):
    """The view stays live without its kernel, and says that it shares no more."""
    alice, bob = both
    explorer = explorer_of(bob)

    alice.page.evaluate(
        "() => window.jupyterapp.shell.currentWidget"
        ".sessionContext.session.kernel.restart()"
    )

    dot(explorer, BASELINE).click()
    said = bob.page.get_by_text("The kernel was restarted")
    expect(said).to_be_visible(timeout=15_000)
    expect(dot(explorer_of(bob), BASELINE)).to_have_attribute("aria-pressed", "true")


def test_after_a_restart_and_a_reload_it_is_live(both, notebook):
    """Without the kernel's model, a new page shows the runs over REST, and says so."""
    alice, bob = both
    bob.console.expect("widget model not found")
    explorer_of(bob)
    alice.page.evaluate(
        "() => window.jupyterapp.shell.currentWidget"
        ".sessionContext.session.kernel.restart()"
    )

    bob.enter(notebook)

    explorer = explorer_of(bob)
    expect(bob.page.get_by_text("Live, without the kernel")).to_be_visible()
    expect(row(explorer, BASELINE)).to_be_visible()


TRAIN = """import pandas as pd
with ja.start_run("fresh", params={"lr": 0.1}, quiet=True) as run:
    for step in range(50):
        run.log({"loss": 1 / (step + 1)}, step=step)
    frame = pd.DataFrame({"truth": [1, 0, 1], "score": [0.9, 0.2, 0.7]})
    frame.to_parquet(run.folder / "predictions.parquet")"""


@pytest.fixture
def forget(team):
    """Deletes the run that a cell trains, afterwards."""
    yield
    team.acting("alice").call("runs.delete", user="alice", run="fresh")


def test_from_alices_training_to_bobs_frame(forget, both):
    """What alice's cell trains appears in bob's explorer; his cell loads its file."""
    alice, bob = both
    explorer = explorer_of(bob)
    fresh = "alice:fresh-exp0"

    alice.run(TRAIN)
    row(explorer, fresh).get_by_role("gridcell").nth(1).click()
    explorer.get_by_role("tab", name=re.compile("Artifacts")).click()
    explorer.get_by_role("treeitem").filter(has_text="predictions.parquet").click()
    explorer.get_by_role("button", name="Insert into cell").click()
    bob.until(lambda: f'ja.load("{fresh}/predictions.parquet")' in bob.cells())
    bob.run(f'ja.load("{fresh}/predictions.parquet").score.max()')

    assert bob.value("float(_)") == pytest.approx(0.9)
