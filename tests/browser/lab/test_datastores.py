"""Datastores in the side bar: made, attached and detached by buttons."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def folder(lab):
    """A folder of the session that somebody has."""
    made = lab.root / "data" / "pets"
    made.mkdir(parents=True, exist_ok=True)
    (made / "a cat.txt").write_text("meow\n")
    return made


@pytest.fixture
def cats(team, folder):
    """A datastore of alice's; gone afterwards."""
    carrier = team.acting("alice")
    carrier.call("datastores.create", name="cats", source=str(folder))
    yield "cats"
    carrier.call("datastores.delete", name="cats")


def line_of(desk, name):
    """The side bar's line of a datastore."""
    section = desk.team().get_by_role("region", name="Datastores")
    return section.locator(".jp-Artifacts-line").filter(has_text=name)


def test_attaching_by_button_makes_the_path(bob, cats, lab):
    """Bob attaches alice's datastore: code of the session reads it at its path."""
    line = line_of(bob, cats)

    line.get_by_role("button", name="Attach").click()

    expect(line).to_contain_text("attached")
    place = lab.root / "datastores" / "cats" / "v1"
    assert (place / "a cat.txt").read_text() == "meow\n"

    line.get_by_role("button", name="Detach").click()
    expect(line.get_by_role("button", name="Attach")).to_be_visible()
    assert not place.exists()


def test_a_folder_becomes_a_datastore_by_button(alice, folder, team):
    """The plus makes a datastore of a folder, and the list shows it."""
    section = alice.team().get_by_role("region", name="Datastores")

    section.get_by_title("Make a datastore of a folder").click()
    section.get_by_label("Name").fill("dogs")
    section.get_by_label(re.compile("Folder")).fill("data/pets")
    section.get_by_role("button", name="Make it").click()

    expect(line_of(alice, "dogs")).to_contain_text("v1")
    team.acting("alice").call("datastores.delete", name="dogs")
    expect(line_of(alice, "dogs")).to_have_count(0)


def test_a_folder_that_is_not_there_is_said(alice):
    """A folder that nobody has ends in one notice, which names it."""
    alice.console.expect("404")
    section = alice.team().get_by_role("region", name="Datastores")

    section.get_by_title("Make a datastore of a folder").click()
    section.get_by_label("Name").fill("birds")
    section.get_by_label(re.compile("Folder")).fill("nowhere/birds")
    section.get_by_role("button", name="Make it").click()

    expect(
        alice.page.locator(".Toastify").get_by_text("there is no such folder")
    ).to_be_visible()
    expect(line_of(alice, "birds")).to_have_count(0)
