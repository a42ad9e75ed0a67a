"""One person at the Lab: from the side bar to a file in the session."""

from __future__ import annotations

import re

import pandas as pd
from playwright.sync_api import expect

MNIST = "alice:mnist-exp0"
BASELINE = "chen:baseline-exp0"
QUERY = "Query: which runs to show"


def row(explorer, address):
    """The table's line of a run."""
    return explorer.locator(f'[role="row"][data-address="{address}"]')


def ask(explorer, query):
    """Type a query, as a person does."""
    line = explorer.get_by_label(QUERY)
    line.fill(query)
    line.press("Enter")


def look_at(explorer, address, tab="Artifacts"):
    """Open a tab of a run's details."""
    row(explorer, address).get_by_role("gridcell").nth(1).click()
    details = explorer.locator(".jp-Artifacts-details")
    expect(details.get_by_role("heading").first).to_have_text(address)
    details.get_by_role("tab", name=re.compile(tab)).click()
    return details


def choose(details, *names):
    """Click through the file tree to a file; return its card."""
    for name in names:
        details.get_by_role("treeitem").filter(has_text=name).click()
    return details.get_by_role("region", name=names[-1].rstrip("/"))


def test_side_bar_lists_everyones_runs_by_person(alice):
    """The side bar counts all runs, mine, and each other person's."""
    lines = alice.team().locator(".jp-Artifacts-line")

    expect(lines.filter(has_text="Everyone")).to_contain_text("3")
    expect(lines.filter(has_text="Mine")).to_contain_text("1")
    expect(lines.filter(has_text="chen").first).to_contain_text("2")


def test_a_person_in_the_side_bar_opens_their_runs(alice):
    """A click on a person opens the explorer in the main area with their runs."""
    sidebar = alice.team()

    sidebar.get_by_role("button").filter(has_text="chen").first.click()

    explorer = alice.page.locator(".jp-Artifacts-panel .jp-Artifacts-explorer")
    expect(row(explorer, BASELINE)).to_be_visible()
    expect(row(explorer, MNIST)).to_have_count(0)
    expect(explorer.get_by_label(QUERY)).to_have_value('user == "chen"')


def test_a_query_narrows_the_table(alice):
    """A query leaves the runs that match it, and says how many."""
    explorer = alice.runs()
    expect(row(explorer, BASELINE)).to_be_visible()

    ask(explorer, "metrics.validation.accuracy > 0.9")

    expect(row(explorer, BASELINE)).to_have_count(0)
    expect(row(explorer, MNIST)).to_be_visible()
    expect(explorer.locator(".jp-Artifacts-total")).to_have_text("1 experiment")


def test_a_wrong_query_is_marked_where_it_is_wrong(alice):
    """An unknown field is underlined and named, and the runs stay."""
    alice.console.expect("400")
    explorer = alice.runs()
    expect(row(explorer, MNIST)).to_be_visible()

    ask(explorer, "metrics.training.los < 1")

    expect(explorer.get_by_role("alert")).to_contain_text("metrics.training.los")
    expect(explorer.locator("mark")).to_have_text("metrics.training.los")
    expect(row(explorer, MNIST)).to_be_visible()


def test_a_click_on_a_head_sorts(alice):
    """The table is sorted by a column, and the other way by a second click."""
    explorer = alice.runs()
    rows = explorer.locator('[role="row"][data-address]')
    head = explorer.get_by_role("columnheader", name="lr", exact=True)

    head.get_by_role("button").click()
    expect(rows.first).to_have_attribute("data-address", MNIST)
    head.get_by_role("button").click()

    expect(rows.first).to_have_attribute("data-address", BASELINE)
    expect(head).to_have_attribute("aria-sort", "descending")


def test_selected_runs_are_plotted(alice, coloured):
    """A selected run's line is drawn, and goes when it is selected no more."""
    explorer = alice.runs('name == "mnist"')
    canvas = explorer.get_by_role("img", name=re.compile("^training.loss")).locator(
        "canvas"
    )
    expect(canvas).to_be_visible()
    alice.until(lambda: coloured(canvas) > 200)

    explorer.get_by_role("button", name=f"Do not plot {MNIST}").click()

    expect(explorer.get_by_text("Nothing is plotted")).to_be_visible()


def test_points_that_are_no_numbers_are_counted(alice):
    """A run that diverged says how many of its points are no numbers."""
    explorer = alice.runs('name == "baseline"')

    card = explorer.get_by_role("region", name="training.loss")

    expect(card).to_contain_text("79 points are no numbers")
    expect(row(explorer, BASELINE)).to_contain_text("NaN")


def test_an_image_is_previewed(alice):
    """The tree opens to a picture, which is shown."""
    details = look_at(alice.runs(), MNIST)

    card = choose(details, "figures", "confusion.png")

    image = card.get_by_role("img", name="confusion.png")
    expect(image).to_be_visible()
    alice.until(lambda: image.evaluate("image => image.naturalWidth") == 96)


def test_a_table_is_previewed(alice):
    """A CSV is shown as a table, with its head and the number of rows."""
    card = choose(look_at(alice.runs(), MNIST), "history.csv")

    expect(card.get_by_role("columnheader")).to_have_text(["truth", "score"])
    expect(card.get_by_role("cell").first).to_have_text("cat")
    expect(card).to_contain_text("100 rows")


def test_json_is_previewed(alice):
    """JSON is shown as names and values, nested ones below."""
    card = choose(look_at(alice.runs(), MNIST), "metrics.json")

    expect(card).to_contain_text("accuracy")
    expect(card).to_contain_text("0.97")
    expect(card).to_contain_text("dog")


def test_text_is_previewed(alice):
    """A text is shown as it is."""
    card = choose(look_at(alice.runs(), MNIST), "notes.txt")

    expect(card).to_contain_text("Trained on a rainy day.")


def test_inserted_line_loads_the_file(alice, notebook):
    """“Insert into cell” puts the line into the notebook; run, it gives the frame."""
    alice.notebook(notebook)
    card = choose(look_at(alice.runs(), MNIST), "predictions.parquet")

    card.get_by_role("button", name="Insert into cell").click()
    alice.page.get_by_text("Inserted into").first.wait_for()
    alice.notebook(notebook)
    code = alice.cells()[-1]
    assert f'ja.load("{MNIST}/predictions.parquet")' in code
    alice.run(code)

    shown = alice.page.locator(".jp-NotebookPanel .jp-OutputArea-output table")
    expect(shown).to_contain_text("0.25")
    assert alice.run("len(_), type(_).__name__") == "(100, 'DataFrame')"


def test_a_file_is_downloaded_to_the_session(alice, lab):
    """The file arrives in the session whole, with progress and a receipt."""
    card = choose(look_at(alice.runs(), MNIST), "predictions.parquet")

    card.get_by_role("button", name="Download to session").click()

    line = alice.page.locator(".jp-Artifacts-details .jp-Artifacts-transfer")
    expect(line.filter(has_text="predictions.parquet")).to_contain_text(
        "checked by blake3"
    )
    (transfer,) = [
        each
        for each in lab.team.acting("alice").call("transfers.list")
        if each.address == f"{MNIST}/predictions.parquet"
    ]
    assert (transfer.owner, transfer.state) == ("alice", "done")
    found = lab.root / transfer.to / "predictions.parquet"
    assert len(pd.read_parquet(found)) == 100
