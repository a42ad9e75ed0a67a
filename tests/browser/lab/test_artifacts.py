"""One person at the team's artifacts: versions, lineage, a look, a download."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

MODEL = "mnist-model"


@pytest.fixture
def model(alice):
    """The explorer at the model, opened from the side bar as a person does."""
    alice.team().get_by_role("button").filter(has_text=MODEL).click()
    explorer = alice.page.locator(".jp-Artifacts-panel .jp-Artifacts-explorer")
    expect(explorer.get_by_role("grid", name="Versions")).to_be_visible()
    return explorer


def choose(explorer, version):
    """Click a version; return its details."""
    versions = explorer.get_by_role("grid", name="Versions")
    versions.get_by_role("row").filter(has_text=re.compile(f"^{version}")).click()
    details = explorer.get_by_role("complementary")
    expect(details.get_by_role("heading").first).to_have_text(f"{MODEL}@{version}")
    return details


def test_an_artifact_shows_its_versions_and_what_changed(alice, model):
    """A version has aliases and tags, and says what changed since the one before."""
    rows = model.get_by_role("grid", name="Versions").get_by_role("row")
    expect(rows.nth(1)).to_contain_text("latest")
    details = choose(model, "v1")
    expect(details).to_contain_text("best")

    model.get_by_role("tab", name="Changes in v1").click()

    expect(model.get_by_text("1 changed")).to_be_visible()
    changes = model.get_by_role("grid", name=re.compile("^Changes"))
    expect(changes.get_by_role("row").nth(1)).to_contain_text("weights.bin")
    alice.shot("artifact-changes")


def test_the_lineage_leads_from_a_version_to_what_used_it(alice, model):
    """The graph has the run that made a version, those that used it, what they made."""
    choose(model, "v1")
    model.get_by_role("tab", name="Lineage of v1").click()
    graph = model.get_by_role("group", name=re.compile("^Where it came from"))
    for name in ("mnist-exp0", "baseline-exp0", "tuned-model@v0"):
        expect(graph.get_by_role("button", name=name)).to_be_visible()
    alice.shot("artifact-lineage")

    graph.get_by_role("button", name=f"{MODEL}@v1").focus()
    alice.page.keyboard.press("ArrowRight")
    alice.page.keyboard.press("Enter")

    details = model.get_by_role("complementary")
    expect(details.get_by_role("heading").first).to_have_text("chen:baseline-exp0")


def test_a_look_into_a_table_reads_its_schema(alice, model):
    """A Parquet file of a version tells columns and ranges, and no name is markup."""
    details = choose(model, "v0")

    details.get_by_role("treeitem").filter(has_text="history.parquet").click()

    columns = details.get_by_role("table", name="Columns")
    expect(columns.get_by_role("row").nth(1)).to_contain_text("99")
    expect(columns).to_contain_text("<img src=x")
    alice.shot("artifact-peek")
    assert alice.page.evaluate("window.pwned") is None


def test_a_version_is_downloaded_as_its_plan_says(alice, model):
    """The plan names the files before one moves; then they are in the session."""
    details = choose(model, "v1")
    details.get_by_role("button", name=re.compile("^Download")).click()
    plan = details.get_by_role("region", name=f"Download {MODEL}@v1")
    expect(plan).to_contain_text("3 new")

    plan.get_by_role("button", name="Download").click()

    expect(details.locator(".jp-Artifacts-transfer.jp-mod-done")).to_contain_text(
        "3 files"
    )
    found = list(alice.lab.root.rglob("weights.bin"))
    assert [each.read_text() for each in found] == ["second"]


def test_what_is_said_of_a_version_is_changed_where_it_stands(alice, model):
    """The owner's words are in the list of versions, and survive opening it anew."""
    details = choose(model, "v0")
    details.get_by_role("button", name="Edit").click()
    form = details.get_by_role("form", name=f"Edit {MODEL}@v0")
    form.get_by_label("Description").fill("kept for comparison")
    form.get_by_label("Aliases").fill("first, oldest")
    alice.shot("artifact-edit")

    form.get_by_role("button", name="Save").click()

    expect(form).to_be_hidden()
    row = model.get_by_role("grid", name="Versions").get_by_role("row").last
    expect(row).to_contain_text("kept for comparison")
    made = alice.lab.team.acting("alice").call(
        "versions.get", name=MODEL, version="oldest"
    )
    assert (made.version, made.tags) == ("v0", ["nightly"])
    assert made.aliases == ["first", "oldest"]
