"""What a person typed → the place in the tree that it names."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from jupyter_artifacts.addresses.paths import NAME, AssetPath, check_name
from jupyter_artifacts.addresses.place import (
    LOG_STREAMS,
    Address,
    experiment_address,
    run_address,
)
from jupyter_artifacts.errors import InvalidAddress

VERSION: Final = re.compile(r"v(0|[1-9][0-9]{0,8})")
SECTIONS: Final = ("files", "checkpoints", "logs")
_EXPERIMENT: Final = re.compile(r"exp(0|[1-9][0-9]{0,8})")
_RUN_AND_EXPERIMENT: Final = re.compile(r"(?P<run>.+)-exp(?P<number>0|[1-9][0-9]{0,8})")
_FIRST_OUTSIDE: Final = re.compile(r"[^A-Za-z0-9._-]")
_FORMS: Final = "write user:run, user:run-exp0/path or datastores/name/v1"


def parse_address(text: str, *, me: str = "") -> Address:
    """Return the address that `text` is, short or as the tree has it.

    The first character outside the name alphabet decides what a short one is.

    Args:
        text: what a person typed.
        me: the handle that a short address without a user belongs to.

    Raises:
        InvalidAddress: when it is no address; says what is wrong.
        InvalidPath: when the file's path in it is none.
    """
    head, slash, rest = text.partition("/")
    if head in {"runs", "artifacts", "datastores"}:
        return _parse_tree(text, [head, *rest.split("/")] if slash else [head])
    return _parse_short(text, me)


def _parse_short(text: str, me: str) -> Address:
    first = _FIRST_OUTSIDE.search(text)
    mark = first.group() if first else ""
    head = text[: first.start()] if first else text
    rest = text[first.end() :] if first else ""
    if mark == "@":
        return _parse_artifact(text, head, rest)
    if mark == ":":
        run, _, below = rest.partition("/")
        user = check_name(head, "user")
        return _parse_run(text, user, run, below) if rest else Address("runs", user)
    if mark in {"", "/"} and head and me:
        return _parse_run(text, me, head, rest)
    msg = f"{text!r} is no address"
    if mark not in {"", "/"}:
        msg += f": {mark!r} ends no user, run or version"
    raise InvalidAddress(msg, address=text, hint=_FORMS)


def _parse_artifact(text: str, name: str, rest: str) -> Address:
    version, _, below = rest.partition("/")
    if not (VERSION.fullmatch(version) or NAME.fullmatch(version)):
        msg = f"{version!r} is no version of an artifact"
        raise InvalidAddress(msg, address=text, hint="write v3, or an alias")
    path = AssetPath(below) if below else None
    name = check_name(name, "artifact")
    return Address("artifacts", name=name, version=version, path=path)


def _parse_run(text: str, user: str, run: str, below: str) -> Address:
    matched = _RUN_AND_EXPERIMENT.fullmatch(run)
    if matched:
        name = check_name(matched["run"], "run")
        place = experiment_address(user, name, int(matched["number"]))
        # a folder may be written as `ls` shows it, with a slash at its end
        return place.file(below.removesuffix("/")) if below else place
    check_name(run, "run")
    if below:
        msg = f"{text!r} names a path but no experiment"
        hint = f"write {user}:{run}-exp0/{below}"
        raise InvalidAddress(msg, address=text, hint=hint)
    return run_address(user, run)


def _parse_tree(text: str, parts: list[str]) -> Address:
    if parts[-1] == "" and len(parts) > 1:
        parts = parts[:-1]
    root, *below = parts
    if root != "runs":
        return _parse_named(text, root, below)
    if not below:
        return Address("runs")
    user = check_name(below[0], "user")
    if len(below) == 1:
        return Address("runs", user=user)
    run = check_name(below[1], "run")
    if len(below) == 2:  # noqa: PLR2004
        return run_address(user, run)
    number = _EXPERIMENT.fullmatch(below[2])
    if not number:
        msg = f"{below[2]!r} is no experiment of a run"
        raise InvalidAddress(msg, address=text, hint="experiments are exp0, exp1, …")
    place = experiment_address(user, run, int(number[1]))
    return _parse_section(text, place, below[3:]) if below[3:] else place


def _parse_section(text: str, place: Address, below: list[str]) -> Address:
    section, *rest = below
    if section not in SECTIONS:
        msg = f"an experiment has no {section!r}"
        raise InvalidAddress(msg, address=text, hint=f"it has {', '.join(SECTIONS)}")
    place = replace(place, section=section)
    if not rest:
        return place
    if section == "files":
        return replace(place, path=AssetPath("/".join(rest)))
    item, *rest = rest
    if section == "logs" and (item not in LOG_STREAMS or rest):
        msg = f"there is no log {'/'.join([item, *rest])!r}"
        hint = f"logs are {', '.join(LOG_STREAMS)}"
        raise InvalidAddress(msg, address=text, hint=hint)
    place = replace(place, item=check_name(item, section.removesuffix("s")))
    return replace(place, path=AssetPath("/".join(rest))) if rest else place


def _parse_named(text: str, root: str, below: list[str]) -> Address:
    if not below:
        return Address(root)
    name = check_name(below[0], root.removesuffix("s"))
    place = Address(root, name=name)
    if len(below) == 1:
        return place
    version = below[1]
    if root == "datastores" and not VERSION.fullmatch(version):
        msg = f"{version!r} is no version of a datastore"
        raise InvalidAddress(msg, address=text, hint="versions are v1, v2, …")
    place = replace(place, version=check_name(version, "version"))
    rest = below[2:]
    return replace(place, path=AssetPath("/".join(rest))) if rest else place
