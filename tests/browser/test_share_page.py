"""A share link opened by somebody else, in a real browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

HOSTILE = "<img src=x onerror=window.pwned=1>.txt"
FILES = {HOSTILE: b"hostile", "figures/loss.png": b"png", "a b%&+#@.txt": b"odd name"}


@pytest.fixture(scope="module")
def shared(empty_lab, tmp_path_factory):
    """An experiment of alice's that she shares; gives the share and its link."""
    source = tmp_path_factory.mktemp("shared") / "source"
    alice = empty_lab.team.acting("alice")
    alice.call("runs.start", name="shared")
    for path, content in FILES.items():
        source.write_bytes(content)
        at = {"user": "alice", "run": "shared", "number": 0}
        alice.call("files.capture", **at, path=path, source=source)
    made = alice.call("shares.make", address="alice:shared-exp0")
    return made.share.id, f"{empty_lab.url}/{made.path}"


@pytest.fixture
def console(console_class):
    """What the page complains of fails the test, unless it is expected."""
    listening = console_class()
    yield listening
    listening.check()


@pytest.fixture
def visit(empty_lab, open_context, console):
    """Open a link as somebody, in a browser that signs them in on the way."""

    def go(login: str, link: str):
        page = open_context().new_page()
        console.watch(page)
        address, mark, secret = link.partition("#")
        page.goto(f"{address}?token={empty_lab.token(login)}{mark}{secret}")
        return page

    return go


def test_the_link_shows_the_files_and_saves_them(visit, shared, tmp_path):
    """Markup in a name is text; a folder opens; a file comes with its own name."""
    page = visit("bob", shared[1])

    expect(page.get_by_role("heading")).to_have_text("alice:shared-exp0")
    expect(page.get_by_role("status")).to_contain_text("alice shared this experiment")
    expect(page.get_by_role("cell", name=HOSTILE, exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Renew")).to_be_hidden()
    assert page.evaluate("() => window.pwned") is None

    with page.expect_download() as saving:
        page.get_by_role("link", name="Download a b%&+#@.txt").click()
    assert saving.value.suggested_filename == "a b%&+#@.txt"
    saving.value.save_as(tmp_path / "saved")
    assert Path(tmp_path / "saved").read_bytes() == b"odd name"

    page.get_by_role("button", name="figures/").click()
    expect(page.get_by_role("cell", name="loss.png", exact=True)).to_be_visible()
    page.get_by_role("button", name="up").click()
    expect(page.get_by_role("cell", name=HOSTILE, exact=True)).to_be_visible()


def test_the_page_opens_again_without_the_secret(visit, shared):
    """As after signing in, which takes the end of a link away."""
    page = visit("bob", shared[1])
    expect(page.get_by_role("cell", name=HOSTILE, exact=True)).to_be_visible()

    page.goto("about:blank")
    page.goto(shared[1].partition("#")[0])

    expect(page.get_by_role("cell", name=HOSTILE, exact=True)).to_be_visible()


def test_an_incomplete_link_says_so(visit, shared, console):
    console.expect("403 (Forbidden)")
    page = visit("chen", shared[1].partition("#")[0])

    expect(page.get_by_role("status")).to_contain_text("this is not the whole link")
    expect(page.get_by_role("table")).to_be_hidden()


def test_its_owner_renews_and_revokes_it(visit, shared, empty_lab, console):
    console.expect("410 (Gone)")
    identity, link = shared
    alice = empty_lab.team.acting("alice")
    before = alice.call("shares.get", share=identity)
    page = visit("alice", link.partition("#")[0])
    expect(page.get_by_role("status")).to_contain_text("You shared this")

    with page.expect_response(re.compile("renew$")) as renewing:
        page.get_by_role("button", name="Renew").click()
    renewed = json.loads(renewing.value.body())
    assert renewed["expires"] > before.expires

    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("status")).to_contain_text("alice revoked this share")
    expect(page.get_by_role("table")).to_be_hidden()
    assert alice.call("shares.get", share=identity).state == "revoked"
