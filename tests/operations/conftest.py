"""A team of three on a real catalog and a real storage."""

from __future__ import annotations

import pytest

from jupyter_artifacts.carriers.local import LocalCarrier
from jupyter_artifacts.catalog.catalog import Catalog
from jupyter_artifacts.settings import Settings


@pytest.fixture(name="settings")
def _settings(tmp_path):
    return Settings.from_environment(
        {
            "JUPYTER_ARTIFACTS_HOME": str(tmp_path / "home"),
            "JUPYTER_ARTIFACTS_USER": "alice",
        }
    )


@pytest.fixture(name="catalog")
def _catalog(settings):
    catalog = Catalog.open(settings)
    yield catalog
    catalog.close()


@pytest.fixture(name="alice")
def _alice(settings, catalog):
    """The first member, so the owner."""
    return LocalCarrier(settings, catalog=catalog)


@pytest.fixture(name="bob")
def _bob(alice):
    """A member."""
    return alice.acting_as("bob")


@pytest.fixture(name="run")
def _run(alice):
    """A run of alice's with one experiment that lives."""
    return alice.call("runs.start", name="mnist", params={"lr": 0.1})


@pytest.fixture(name="text_file")
def _text_file(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text("hello")
    return path
