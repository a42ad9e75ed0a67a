"""A link from the explorer: copied by one person, opened by another, ended again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

RUN = "alice:mnist-exp0"
CLOSED = """() => {
  Object.defineProperty(navigator, 'clipboard', {
    configurable: true,
    value: { writeText: () => Promise.reject(new Error('forbidden')) } });
  document.execCommand = () => false;
}"""
OPENED = """() => {
  delete navigator.clipboard;
  delete document.execCommand;
}"""


@pytest.fixture
def details(alice):
    """The details of a run of alice's."""
    explorer = alice.runs(f'user == "alice" and name == "{RUN[6:-5]}"')
    explorer.get_by_role("gridcell").filter(has_text=re.compile(f"^{RUN}$")).click()
    shown = explorer.get_by_role("complementary")
    expect(shown.get_by_role("heading").first).to_have_text(RUN)
    return shown


@pytest.fixture
def opened(bob):
    """Open a link as bob, in a page of its own."""
    pages = []

    def go(link):
        page = bob.page.context.new_page()
        pages.append(page)
        page.goto(link)
        return page

    yield go
    for page in pages:
        page.close()


def test_a_copied_link_opens_for_another_until_it_is_revoked(alice, details, opened):
    """What the clipboard holds shows the files to bob, and then no more."""
    details.get_by_role("button", name="Copy link").last.click()
    note = details.get_by_role("status")
    expect(note).to_contain_text("The link is copied")
    alice.shot("link-copied")
    link = alice.page.evaluate("navigator.clipboard.readText()")

    page = opened(link)
    expect(page.get_by_role("heading")).to_have_text(RUN)
    expect(page.get_by_role("status")).to_contain_text("alice shared this experiment")

    alice.page.get_by_role("button", name="Links I gave").click()
    expect(alice.page.get_by_text("opened 1, downloaded 0")).to_be_visible()
    alice.shot("link-list")
    alice.page.keyboard.press("Escape")
    note.get_by_role("button", name="Revoke").click()
    expect(note).to_contain_text("opens nothing any more")
    page.reload()
    expect(page.get_by_role("status")).to_contain_text("alice revoked this share")
    log = (alice.lab.root.parent / "server.log").read_text()
    assert link.partition("#")[2] not in log


def test_a_closed_clipboard_leaves_the_link_to_be_copied_by_hand(alice, details):
    """The link stands there selected, and works."""
    alice.page.evaluate(CLOSED)
    details.get_by_role("button", name="Copy link").last.click()

    field = details.get_by_role("textbox", name="The link")
    expect(field).to_have_value(re.compile("/jupyter-artifacts/share/[^#]+#.{40}"))
    expect(field).to_be_focused()
    alice.shot("link-by-hand")

    alice.page.evaluate(OPENED)
    note = details.get_by_role("status")
    note.get_by_role("button", name="Copy").click()
    expect(note).to_contain_text("The link is copied")
    note.get_by_role("button", name="Revoke").click()
    expect(note).to_contain_text("opens nothing any more")
