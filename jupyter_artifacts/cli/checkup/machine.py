"""The machine: Python, packages, folders, file systems."""

from __future__ import annotations

import os
import re
import shutil
import sys
from importlib.metadata import PackageNotFoundError, requires, version
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.catalog.mounts import file_system_of, refuse_network
from jupyter_artifacts.cli.checkup import Check, Verdict
from jupyter_artifacts.cli.words import size
from jupyter_artifacts.errors import ArtifactsError, NetworkFileSystem
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.storage.opening import open_storage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jupyter_artifacts.settings import Settings
    from jupyter_artifacts.storage.objects import ObjectStorage

_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_AT_LEAST: Final = re.compile(r">=\s*([0-9.]+)")
_OLDEST: Final = (3, 11)
_LITTLE: Final = 1 << 30
_NOTHING: Final = 16 << 20


def checks(settings: Settings) -> Iterator[Check]:
    """Check the machine."""
    yield _python()
    yield _packages()
    yield _folder("home", settings.home, "JUPYTER_ARTIFACTS_HOME")
    yield _file_system(settings)
    if isinstance(settings.storage, str):
        yield _bucket(settings.storage, settings.live)
    else:
        yield _folder("storage", settings.storage, "JUPYTER_ARTIFACTS_STORAGE")
        yield _space(settings.storage)
    yield _git()


def _bucket(uri: str, live: Path) -> Check:
    """Write a few bytes to the bucket, read them and take them away again."""
    trial = f".doctor/{new_id()}"
    try:
        storage = open_storage(uri, live)
        storage.store_bytes(trial, [b"doctor"])
        storage.fetch(trial, 0, 6)
        storage.remove(trial)
    except ArtifactsError as error:
        return Check(
            name="storage",
            verdict=Verdict.BROKEN,
            detail=f"{uri}: {error.message}",
            cure=error.hint or "check JUPYTER_ARTIFACTS_STORAGE",
        )
    detail = f"{uri} can be written and read, {_versions(storage)}"
    return Check(name="storage", verdict=Verdict.GOOD, detail=detail)


def _versions(storage: ObjectStorage) -> str:
    """Say what becomes of the bytes of what is deleted."""
    try:
        versioned = storage.versioned()
    except ArtifactsError as error:
        return f"and does not say whether it keeps old versions ({error.message})"
    return "and keeps old versions" if versioned else "and keeps no old versions"


def _python() -> Check:
    found = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= _OLDEST
    return Check(
        name="python",
        verdict=Verdict.GOOD if good else Verdict.BROKEN,
        detail=f"{found} in {sys.prefix}",
        cure="" if good else "use Python 3.11 or newer",
    )


def _packages() -> Check:
    wrong = []
    for requirement in requires("jupyter-artifacts") or []:
        if "extra ==" in requirement:
            continue
        named = _NAME.match(requirement)
        name = named.group() if named else requirement
        if reason := _against(name, _AT_LEAST.search(requirement)):
            wrong.append(reason)
    if wrong:
        return Check(
            name="packages",
            verdict=Verdict.BROKEN,
            detail="; ".join(wrong),
            cure="in the repository's folder: pip install --upgrade .",
        )
    detail = f"jupyter_artifacts {version('jupyter-artifacts')} and all it needs"
    return Check(name="packages", verdict=Verdict.GOOD, detail=detail)


def _against(name: str, least: re.Match[str] | None) -> str:
    try:
        found = version(name)
    except PackageNotFoundError:
        return f"{name} is not installed"
    if least and _numbers(found) < _numbers(least[1]):
        return f"{name} {found} is older than {least[1]}"
    return ""


def _numbers(text: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", text)[:3]]


def _folder(name: str, folder: Path, variable: str) -> Check:
    """Check that a folder can be written, or made, without making it."""
    existing = _existing(folder)
    cure = f"give it to this user, or set {variable} to a folder of yours"
    if not existing.is_dir():
        detail = f"{existing} is no folder"
        return Check(name=name, verdict=Verdict.BROKEN, detail=detail, cure=cure)
    if not os.access(existing, os.W_OK | os.X_OK):
        detail = f"{existing} cannot be written"
        return Check(name=name, verdict=Verdict.BROKEN, detail=detail, cure=cure)
    missing = "" if existing == folder else " (not made yet)"
    return Check(name=name, verdict=Verdict.GOOD, detail=f"{folder}{missing}")


def _existing(folder: Path) -> Path:
    while not os.path.lexists(folder):
        folder = folder.parent
    return folder


def _file_system(settings: Settings) -> Check:
    try:
        refuse_network(settings.home)
    except NetworkFileSystem as error:
        return Check(
            name="file system",
            verdict=Verdict.BROKEN,
            detail=error.message,
            cure=error.hint,
        )
    kind = _kind(settings.home)
    detail = f"{kind}, where SQLite's locks hold" if kind else "unknown"
    return Check(name="file system", verdict=Verdict.GOOD, detail=detail)


def _kind(folder: Path) -> str:
    from pathlib import Path

    table = Path("/proc/self/mountinfo")
    if not table.exists():
        return ""
    text = table.read_text(encoding="utf-8", errors="surrogateescape")
    return file_system_of(Path(os.path.realpath(folder)), text)


def _space(folder: Path) -> Check:
    free = shutil.disk_usage(_existing(folder)).free
    verdict = Verdict.GOOD
    if free < _LITTLE:
        verdict = Verdict.BROKEN if free < _NOTHING else Verdict.WARNING
    return Check(
        name="free space",
        verdict=verdict,
        detail=f"{size(free)} for files",
        cure="" if verdict is Verdict.GOOD else "free some space there",
    )


def _git() -> Check:
    found = shutil.which("git")
    if found:
        return Check(name="git", verdict=Verdict.GOOD, detail=found)
    detail = "not found: runs are recorded without their commit"
    cure = "install git, if your code is in a repository"
    return Check(name="git", verdict=Verdict.WARNING, detail=detail, cure=cure)
