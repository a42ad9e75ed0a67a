"""The catalog's file, looked at without opening it as a catalog."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from jupyter_artifacts.catalog.inspection import Inspection, inspect_database
from jupyter_artifacts.cli.checkup import Check, Verdict
from jupyter_artifacts.cli.words import size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_artifacts.settings import Settings

_NAME = "catalog"


def checks(settings: Settings) -> Iterator[Check]:
    """Check the catalog, or where the team's is."""
    if settings.url:
        detail = f"JUPYTER_ARTIFACTS_URL is {settings.url}"
        cure = "unset it: this version reaches a team on this machine only"
        yield Check(name="team", verdict=Verdict.BROKEN, detail=detail, cure=cure)
    database = settings.database
    try:
        there = database.exists() and database.stat().st_size > 0
    except OSError as error:
        detail = f"{database} cannot be looked at: {error.strerror}"
        cure = "give it to this user, or set JUPYTER_ARTIFACTS_HOME"
        yield Check(name=_NAME, verdict=Verdict.BROKEN, detail=detail, cure=cure)
        return
    if not there:
        detail = f"{database} (made when first used)"
        yield Check(name=_NAME, verdict=Verdict.GOOD, detail=detail)
        return
    if not os.access(database, os.R_OK | os.W_OK):
        detail = f"{database} cannot be read and written by this user"
        cure = "give it to this user, or set JUPYTER_ARTIFACTS_HOME"
        yield Check(name=_NAME, verdict=Verdict.BROKEN, detail=detail, cure=cure)
        return
    found = inspect_database(database)
    where = f"{database}, {size(found.size)}"
    yield _judge(found, where)


def _judge(found: Inspection, where: str) -> Check:
    if found.faults or not found.revision:
        faults = "; ".join(found.faults) or "its tables are not a catalog's"
        detail = f"{where}: {faults}"
        cure = "put a backup in its place, or move it away to begin a new one"
        return Check(name=_NAME, verdict=Verdict.BROKEN, detail=detail, cure=cure)
    if not found.known:
        detail = f"{where}: of a newer version ({found.revision}, not {found.newest})"
        cure = "upgrade jupyter_artifacts here"
        return Check(name=_NAME, verdict=Verdict.BROKEN, detail=detail, cure=cure)
    if found.revision != found.newest:
        detail = f"{where}: of an older version ({found.revision}, not {found.newest})"
        cure = "start the server, or run `jupyter artifacts doctor --migrate`"
        return Check(name=_NAME, verdict=Verdict.BROKEN, detail=detail, cure=cure)
    detail = f"{where}, sound, version {found.revision}"
    return Check(name=_NAME, verdict=Verdict.GOOD, detail=detail)
