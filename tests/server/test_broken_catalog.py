"""A server whose catalog cannot be opened says so, and opens it once it can be."""

from __future__ import annotations

import asyncio
import json
import logging
import threading

import pytest

from jupyter_artifacts.server import extension

PAGE = {"Accept": "text/html"}


@pytest.fixture
def home(tmp_path):
    """A home with something else in the catalog's place."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "catalog.sqlite").write_bytes(b"This was a database once.\n" * 1000)
    return home


async def test_a_person_is_told_why_nobody_can_sign_in(ask, problem, app):
    """A 401 would have them doubt their token."""
    response = await ask("GET", "runs", headers={"Authorization": "token jart_mine"})

    said = problem(response)
    assert (response.code, said["code"]) == (503, "catalog-corrupt")
    assert said["message"]
    assert said["hint"]
    assert said["address"] == ""


async def test_a_page_tells_it_too(ask, app, caplog):
    """Jupyter's own pages and its API; and no log holds the token."""
    page = await ask("GET", "/a%40b/tree?token=jart_mine", headers=PAGE)
    own = await ask("GET", "/a%40b/api/contents?token=jart_mine")

    assert (page.code, own.code) == (503, 503)
    assert "catalog" in page.body.decode()
    assert "jart_mine" not in caplog.text


async def test_who_brings_no_token_is_still_a_stranger(ask, problem, app):
    """There is nothing to look up."""
    response = await ask("GET", "runs")

    assert (response.code, problem(response)["code"]) == (401, "not-authenticated")


async def test_a_catalog_that_was_mended_is_opened(ask, app, home, monkeypatch, caplog):
    """Without a restart; the trouble is said once."""
    caplog.set_level(logging.CRITICAL)
    monkeypatch.setattr(extension, "REOPEN_EVERY", 0.01)
    # as Jupyter Server does once every extension is loaded
    await app._start_jupyter_server_extension(app.serverapp)  # noqa: SLF001
    for _ in range(20):
        await asyncio.sleep(0.01)
    assert not app.service.is_open

    (home / "catalog.sqlite").unlink()

    for _ in range(1000):
        if "artifacts-ingest" in {thread.name for thread in threading.enumerate()}:
            break
        await asyncio.sleep(0.01)
    response = await ask("GET", "runs", headers={"Authorization": "token jart_mine"})
    assert response.code == 401
    with app.service.catalog.read() as rows:
        assert [each.id for each in rows.sessions.all(seen_after=0)] == [
            app.service.place.id
        ]
    assert caplog.text.count("serves nothing") <= 1
    assert json.loads(response.body)["code"] == "not-authenticated"
