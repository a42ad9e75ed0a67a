"""What a server does for its machine."""

from __future__ import annotations

import logging
import os
import time

import pytest

from jupyter_artifacts.carriers.local import LocalCarrier
from jupyter_artifacts.catalog.catalog import Catalog
from jupyter_artifacts.server.upkeep import Upkeep
from jupyter_artifacts.settings import Settings
from jupyter_artifacts.storage import folder
from jupyter_artifacts.storage.folder import FolderStorage
from jupyter_artifacts.transfer.saving import ToSave


@pytest.fixture(name="team")
def _team(tmp_path):
    settings = Settings(
        home=tmp_path / "home", storage=tmp_path / "storage", user="alice"
    )
    catalog = Catalog.open(settings)
    yield settings, catalog
    catalog.close()


def test_a_server_lets_go_of_bytes_that_nobody_needs(team, tmp_path, monkeypatch):
    """Those of deleted runs, and what killed processes left half way."""
    monkeypatch.setattr(folder, "_STALE_AFTER", -1.0)
    settings, catalog = team
    storage = FolderStorage(settings.storage)
    source = tmp_path / "source"
    source.write_bytes(b"bytes")
    for key in (
        "experiments/gone/artifacts/a",
        "experiments/here/artifacts/a",
        "artifacts/gone/dead/packs/p",
    ):
        storage.put(key, source)
    storage.stage("experiments/here/artifacts/b", source)
    drafts = settings.spool / "drafts"
    drafts.mkdir(parents=True)
    (drafts / "dead").write_text("artifacts/gone/dead")
    with catalog.write() as rows:
        rows.doomed.add(["experiments/gone"], 1.0)

    upkeep = Upkeep(settings, logging.getLogger("test"))
    upkeep.start(catalog)
    try:
        until = time.monotonic() + 10
        while len(_files(settings)) > 1 and time.monotonic() < until:
            time.sleep(0.01)
    finally:
        upkeep.stop()

    assert _files(settings) == ["experiments/here/artifacts/a"]
    assert not (settings.storage / "experiments" / "gone").exists()


def test_a_server_deletes_versions_whose_time_is_over(team):
    settings, catalog = team
    alice = LocalCarrier(settings, catalog=catalog)
    for content, ttl in ((b"a", 0.001), (b"b", None)):
        line = ToSave(path="a", content=content, size=1)
        alice.log_artifact([line], name="my-model", ttl=ttl)

    upkeep = Upkeep(settings, logging.getLogger("test"))
    upkeep.start(catalog)
    try:
        until = time.monotonic() + 10
        while len(_files(settings)) > 1 and time.monotonic() < until:
            time.sleep(0.01)
    finally:
        upkeep.stop()

    (left,) = alice.call("versions.list", name="my-model").items
    assert left.version == "v1"
    assert len(_files(settings)) == 1


def _files(settings):
    """Return the files that are there; folders may go away meanwhile."""
    return [
        os.path.relpath(os.path.join(folder, name), settings.storage)  # noqa: PTH118
        for folder, _, names in os.walk(settings.storage)
        for name in names
    ]
