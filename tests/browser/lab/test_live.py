"""A run that goes on: it moves before everyone's eyes, and obeys its owner alone."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from jupyter_artifacts.records.states import State

STOP = """async url => {
  const token = /_xsrf=([^;]*)/.exec(document.cookie)[1];
  const headers = { 'X-XSRFToken': token, 'Content-Type': 'application/json' };
  const reply = await fetch(url, { method: 'POST', headers, body: '{}' });
  return [reply.status, await reply.json()];
}"""


def row_of(explorer, address):
    """The table's line of a run."""
    return explorer.locator(f'[role="row"][data-address="{address}"]')


def test_a_run_moves_without_a_reload(training, bob, coloured):
    """Table and plot of alice's run go on while bob only looks."""
    explorer = bob.runs('name == "live"')
    line = row_of(explorer, training)
    expect(line).to_contain_text("Running")
    canvas = explorer.get_by_role("img", name=re.compile("^training.loss")).locator(
        "canvas"
    )
    bob.until(lambda: canvas.is_visible() and coloured(canvas) > 100)
    metric = line.locator(".jp-Artifacts-metric")
    number, drawn = metric.inner_text(), coloured(canvas)
    picture = canvas.evaluate("canvas => canvas.toDataURL()")
    bob.page.evaluate("() => { window.notReloaded = true; }")

    bob.until(lambda: metric.inner_text() != number)
    bob.until(lambda: canvas.evaluate("canvas => canvas.toDataURL()") != picture)

    assert drawn > 100
    assert bob.page.evaluate("() => window.notReloaded")


def test_a_run_that_begins_and_ends_is_told(bob, team, request):
    """A run appears in bob's open table by itself, and ends there by itself."""
    bob.console.expect("404")  # it is deleted afterwards, while he looks
    explorer = bob.runs('name == "live"')
    expect(explorer.get_by_text("No run matches this query")).to_be_visible()

    training = request.getfixturevalue("training")
    expect(row_of(explorer, training)).to_contain_text("Running")
    team.acting("alice").call("runs.stop", user="alice", run="live")

    expect(row_of(explorer, training)).to_contain_text(
        re.compile("Stopping|Stopped"), timeout=20_000
    )


def test_stop_of_anothers_run_is_disabled_with_the_reason(training, bob):
    """Bob sees why he cannot stop alice's run, and a click changes nothing."""
    explorer = bob.runs('name == "live"')
    stop = explorer.get_by_role("button", name="Stop", exact=True)

    expect(stop).to_have_attribute("aria-disabled", "true")
    expect(stop).to_have_attribute("title", re.compile("^only alice can stop alice"))
    stop.click(force=True)

    expect(bob.page.get_by_text("only alice can stop").first).to_be_visible()
    expect(row_of(explorer, training)).to_contain_text("Running")


def test_stopping_anothers_run_anyway_is_refused(training, bob, lab):
    """A page of bob's that posts all the same gets 403, and nothing changes."""
    row_of(bob.runs('name == "live"'), training).wait_for()
    bob.console.expect("403")

    status, problem = bob.page.evaluate(STOP, f"{lab.api}/runs/alice/live/stop")

    assert status == 403
    assert "alice" in problem["message"]
    found = lab.team.acting("alice").call("runs.get", user="alice", run="live")
    assert [each.state for each in found.experiments] == [State.RUNNING]


def test_its_owner_stops_it_by_button(training, alice):
    """Alice stops her own run; the table tells."""
    explorer = alice.runs('name == "live"')
    expect(row_of(explorer, training)).to_contain_text("Running")

    explorer.get_by_role("button", name="Stop", exact=True).click()

    expect(row_of(explorer, training)).to_contain_text(re.compile("Stopping|Stopped"))
