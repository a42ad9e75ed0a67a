"""How it looks: both themes, narrow and wide, long names, nothing, much, trouble.

Each test keeps pictures below tests/browser/screenshots/, to be looked at.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

MNIST = "alice:mnist-exp0"
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}

# What sticks out of its explorer to the right, or is cut off by it.
OUTSIDE = """explorer => {
  const edge = explorer.getBoundingClientRect().right + 1;
  const table = explorer.querySelector('.jp-Artifacts-table');
  return [...explorer.querySelectorAll('button, h3, canvas, input')]
    .filter(one => !table.contains(one) && one.checkVisibility())
    .filter(one => one.getBoundingClientRect().right > edge)
    .map(one => one.textContent || one.tagName);
}"""

# How light the text and the ground of an element are, from 0 to 255.
LIGHTNESS = """element => {
  const light = text => {
    const [red, green, blue] = text.match(/[\\d.]+/g).map(Number);
    return (red + green + blue) / 3 * (text.startsWith('color') ? 255 : 1);
  };
  let ground = element;
  while (/rgba\\(0, 0, 0, 0\\)|transparent/.test(
      getComputedStyle(ground).backgroundColor)) {
    ground = ground.parentElement;
  }
  return [light(getComputedStyle(element).color),
          light(getComputedStyle(ground).backgroundColor)];
}"""

# How light the drawn greys of a canvas are on average: its axes and their labels.
GREYS = """canvas => {
  const { width, height } = canvas;
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  let sum = 0, found = 0;
  for (let at = 0; at < data.length; at += 4) {
    const [red, green, blue, alpha] = data.slice(at, at + 4);
    const spread = Math.max(red, green, blue) - Math.min(red, green, blue);
    if (alpha > 200 && spread < 20) { sum += red; found += 1; }
  }
  return found ? sum / found : -1;
}"""

# Scrolls a table by steps, one a frame; returns each frame's milliseconds.
SCROLL = """async ([table, steps]) => {
  const frame = () => new Promise(requestAnimationFrame);
  const taken = [];
  for (let step = 0; step < steps; step += 1) {
    const begun = performance.now();
    table.scrollTop += 300;
    await frame();
    taken.push(performance.now() - begun);
  }
  return taken;
}"""


@pytest.fixture
def wear(alice):
    """Puts a theme on alice's page; afterwards the light one."""

    def put_on(theme):
        alice.command("apputils:change-theme", theme=THEMES[theme])
        alice.page.wait_for_function(
            "light => document.body.dataset.jpThemeLight === light",
            arg=str(theme == "light").lower(),
        )

    yield put_on
    alice.page.set_viewport_size({"width": 1440, "height": 900})
    put_on("light")


@pytest.mark.parametrize("width", [1280, 1920])
@pytest.mark.parametrize("theme", THEMES)
def test_explorer_fits_and_can_be_read(alice, wear, theme, width, coloured):
    """In each theme and size everything fits, and text stands out of its ground."""
    wear(theme)
    alice.page.set_viewport_size({"width": width, "height": width * 9 // 16})
    alice.team()
    explorer = alice.runs()
    line = explorer.locator(f'[data-address="{MNIST}"]')
    line.get_by_role("gridcell").nth(1).click()
    explorer.get_by_role("tab", name=re.compile("Artifacts")).click()
    explorer.get_by_role("treeitem").filter(has_text="figures").click()
    explorer.get_by_role("treeitem").filter(has_text="confusion.png").click()
    expect(explorer.get_by_role("img", name="confusion.png")).to_be_visible()
    canvas = explorer.locator("canvas").first
    alice.until(lambda: coloured(canvas) > 200)

    alice.shot(f"explorer-{theme}-{width}")

    assert explorer.evaluate(OUTSIDE) == []
    for part in (line.locator("strong"), explorer.get_by_role("heading").first):
        text, ground = part.evaluate(LIGHTNESS)
        assert abs(text - ground) > 120
        assert (ground > 128) == (theme == "light")


def test_plots_follow_the_theme_without_a_reload(alice, wear, coloured):
    """Axes that were dark on light become light on dark while one looks."""
    explorer = alice.runs()
    canvas = explorer.locator("canvas").first
    alice.until(lambda: coloured(canvas) > 200)
    before = canvas.evaluate(GREYS)

    wear("dark")

    alice.until(lambda: explorer.locator("canvas").first.evaluate(GREYS) != before)
    canvas = explorer.locator("canvas").first
    alice.until(lambda: coloured(canvas) > 200)


def test_widgets_in_both_themes(alice, wear, notebook):
    """The widgets in a notebook, as they look in each theme."""
    alice.notebook(notebook)
    alice.page.set_viewport_size({"width": 1440, "height": 1600})
    alice.run(
        f'import jupyter_artifacts as ja\nja.ArtifactDownloader("{MNIST}", to="looks")'
    )
    alice.run('ja.MetricPlot(["alice:mnist", "chen:baseline"], "training.loss")')
    panel = alice.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    for theme in THEMES:
        wear(theme)
        expect(panel.locator(".jp-Artifacts-plan")).to_contain_text("6 new")
        expect(panel.locator(".jp-Artifacts-metricplot canvas")).to_be_visible()
        alice.shot(f"widgets-{theme}")


def test_long_names_are_cut_and_told_whole(alice):
    """A name of 120 characters keeps its line's height, and is whole on hover."""
    explorer = alice.runs()
    rows = explorer.locator('[role="row"][data-address]')
    long = rows.filter(has_text="a-name-that")
    expect(long).to_be_visible()

    long.get_by_role("gridcell").nth(1).click()
    alice.shot("long-names")

    heights = {round(one.bounding_box()["height"]) for one in rows.all()}
    assert len(heights) == 1
    address = long.get_attribute("data-address")
    assert long.locator("strong").get_attribute("title") == address
    assert explorer.evaluate(OUTSIDE) == []


def test_a_team_without_runs_is_told_how_to_begin(sit, empty_lab):
    """No run, no plot, no datastore: each place says what to do next."""
    alice = sit("alice", empty_lab)
    sidebar = alice.team()
    explorer = alice.runs()

    expect(explorer).to_contain_text("The team has no runs yet")
    expect(explorer).to_contain_text("ja.start_run(")
    expect(explorer.get_by_role("button", name="Insert into cell")).to_be_visible()
    expect(sidebar.get_by_role("button").filter(has_text="Mine")).to_contain_text("0")
    alice.shot("empty-team")


def test_a_server_that_is_away_is_told_and_comes_back(alice, coloured):
    """Without the server: what went wrong and what to do; with it: the runs again."""
    alice.console.expect("ERR_INTERNET_DISCONNECTED")
    alice.console.expect("Failed to fetch")
    # JupyterLab's own word on it
    said = alice.page.get_by_role("dialog", name=re.compile("Server Connection Error"))
    dismiss = said.get_by_role("button").last
    alice.page.add_locator_handler(said, dismiss.click, no_wait_after=True)
    explorer = alice.runs()
    expect(explorer.locator(f'[data-address="{MNIST}"]')).to_be_visible()
    canvas = explorer.locator("canvas").first
    alice.until(lambda: coloured(canvas) > 200)
    alice.page.context.set_offline(offline=True)
    try:
        explorer.get_by_role("columnheader", name="Name").get_by_role("button").click()

        problem = explorer.get_by_role("alert").first
        expect(problem).to_contain_text("The server did not answer")
        expect(problem).to_contain_text("then retry")
        alice.shot("server-away")
    finally:
        alice.page.context.set_offline(offline=False)
    problem.get_by_role("button", name="Retry").click()

    expect(explorer.get_by_role("alert")).to_have_count(0)
    expect(explorer.locator(f'[data-address="{MNIST}"]')).to_be_visible()


def test_ten_thousand_rows_scroll(sit, many_lab):
    """The table holds 10,000 rows: few are drawn at a time, and frames stay short."""
    alice = sit("alice", many_lab)
    explorer = alice.runs()
    table = explorer.get_by_role("grid")
    rows = table.locator('[role="row"][data-address]')
    expect(explorer.locator(".jp-Artifacts-total")).to_contain_text("10,000")
    expect(rows.first).to_have_attribute("data-address", "alice:sweep-0999-exp9")

    most = 0
    frames: list[float] = []
    while len(frames) < 200:
        frames += alice.page.evaluate(SCROLL, [table.element_handle(), 20])
        most = max(most, rows.count())
        alice.until(lambda: rows.count() > 10)

    alice.shot("ten-thousand-rows")
    assert most < 100
    assert sorted(frames)[len(frames) // 2] < 50
    top = table.evaluate("table => table.scrollTop")
    assert top > 20_000
    shown = rows.first.get_attribute("data-address")
    assert shown != "alice:sweep-0999-exp9"
