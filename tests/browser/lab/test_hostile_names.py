"""Names that carry markup stay names, wherever they are shown."""

from __future__ import annotations

import re

from playwright.sync_api import expect

MNIST = "alice:mnist-exp0"
BASELINE = "chen:baseline-exp0"
HOSTILE = "<img src=x onerror=window.pwned=1>"


def test_markup_in_names_is_text(alice):
    """Metrics, params, tags, file names and their content show as they are spelt."""
    # the column of the hostile param is one of those a narrower table leaves out
    alice.page.set_viewport_size({"width": 1920, "height": 1080})
    explorer = alice.runs()
    long = explorer.locator("[role='row'][data-address*='a-name-']")
    expect(long).to_contain_text(HOSTILE)
    expect(explorer.locator(f"[data-address='{BASELINE}']")).to_contain_text(
        "<b>bold</b>"
    )
    expect(explorer.get_by_role("region", name=f"training.{HOSTILE}")).to_be_visible()

    long.get_by_role("gridcell").nth(1).click()
    details = explorer.locator(".jp-Artifacts-details")
    for tab in ("Overview", "Checkpoints", "Logs"):
        details.get_by_role("tab", name=re.compile(tab)).click()
        expect(details.get_by_role("tabpanel")).to_be_visible()
    explorer.locator(f"[data-address='{MNIST}']").get_by_role("gridcell").nth(1).click()
    details.get_by_role("tab", name=re.compile("Artifacts")).click()
    details.get_by_role("treeitem").filter(has_text=HOSTILE).click()

    card = details.get_by_role("region", name=f"{HOSTILE}.csv")
    expect(card.get_by_role("columnheader").first).to_have_text(HOSTILE)
    assert alice.page.evaluate("() => window.pwned") is None
    assert explorer.locator("img[src=x], b").count() == 0
    alice.shot("hostile-names")


def test_a_hostile_name_stays_a_text_in_code(alice, notebook):
    """The inserted line loads the file of that name, and runs nothing else."""
    alice.notebook(notebook)
    explorer = alice.runs('name == "mnist"')
    explorer.get_by_role("treeitem").filter(has_text=HOSTILE).click()

    explorer.get_by_role("button", name="Insert into cell").click()
    alice.page.get_by_text("Inserted into").first.wait_for()
    alice.notebook(notebook)
    alice.run(alice.cells()[-1])

    assert alice.value("list(_.columns)") == [HOSTILE, "b"]
    assert alice.page.evaluate("() => window.pwned") is None
