"""The other widgets, in a notebook that two people share."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

MNIST = "alice:mnist-exp0"
OPEN = ".jp-NotebookPanel:not(.lm-mod-hidden)"
VIEW = "application/vnd.jupyter-artifacts.view+json"
HOSTILE = (
    "<p>as it was</p><img src=x onerror='window.pwned=1'>"
    "<script>window.pwned=1</script><iframe srcdoc='<script>top.pwned=1</script>'>"
)


def test_the_downloader_shows_its_plan_and_pulls_what_is_ticked(
    alice, bob, notebook, lab
):
    """Bob ticks one file in alice's widget: the plan names it, and it alone arrives."""
    alice.notebook(notebook)
    bob.notebook(notebook)
    alice.run(
        "import jupyter_artifacts as ja\n"
        f'ja.ArtifactDownloader("{MNIST}", to="data/pulled")'
    )
    widget = bob.page.locator(f"{OPEN} .jp-Artifacts-downloader")
    expect(widget.locator(".jp-Artifacts-plan")).to_contain_text("6 new")

    widget.get_by_role("checkbox", name="Download metrics.json").check()
    expect(widget.locator(".jp-Artifacts-plan")).to_contain_text("1 new")
    widget.get_by_role("button", name="Download", exact=True).click()

    expect(widget).to_contain_text("checked by blake3")
    pulled = lab.root / "data" / "pulled"
    assert [one.name for one in pulled.glob("[!.]*")] == ["metrics.json"]
    assert json.loads((pulled / "metrics.json").read_text())["accuracy"] == 0.97


def test_the_plot_draws_for_both(alice, bob, notebook, coloured):
    """A plot that alice made is drawn on both screens, with the run's name."""
    alice.notebook(notebook)
    bob.notebook(notebook)
    alice.run(
        "import jupyter_artifacts as ja\n"
        'ja.MetricPlot(["alice:mnist", "chen:baseline"], "training.loss")'
    )

    for desk in (alice, bob):
        plot = desk.page.locator(f"{OPEN} .jp-Artifacts-metricplot")
        canvas = plot.locator("canvas")
        expect(canvas).to_be_visible()
        desk.until(lambda canvas=canvas: coloured(canvas) > 200)
        expect(plot.locator(".jp-Artifacts-legend")).to_contain_text(MNIST)


@pytest.mark.parametrize("version", [1, 999])
def test_a_hostile_notebook_runs_nothing(bob, lab, notebook, version):
    """Markup in a saved output that nobody trusts is shown, and never runs."""
    view = {
        "version": version,
        "kind": "explorer",
        "query": "",
        "sort": "-started",
        "columns": [HOSTILE],
        "addresses": [HOSTILE],
        "model_id": HOSTILE,
    }
    content = json.loads((lab.root / notebook).read_text())
    content["cells"][0]["source"] = "explorer"
    content["cells"][0]["outputs"] = [
        {
            "output_type": "display_data",
            "metadata": {},
            "data": {VIEW: view, "text/html": HOSTILE, "text/plain": "explorer"},
        }
    ]
    (lab.root / notebook).write_text(json.dumps(content))

    bob.notebook(notebook)

    output = bob.page.locator(f"{OPEN} .jp-Artifacts-output")
    if version == 1:
        expect(output.get_by_role("grid")).to_be_visible()
    else:
        expect(output).to_contain_text("as it was")
    assert bob.page.evaluate("() => window.pwned") is None
    assert output.locator("img[onerror], script").count() == 0
