"""Names and file paths: what they may be, and why not."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import InvalidAddress, InvalidPath

if TYPE_CHECKING:
    from pathlib import Path

NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}")
_RUN_ENDING: Final = re.compile(r"-exp[0-9]+$")
_MAX_PATH: Final = 4096
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")  # the category Cc, whole
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")  # what alone UTF-8 cannot hold


@dataclass(frozen=True, slots=True)
class AssetPath:
    """A relative path of a file, POSIX style, that can never leave its place.

    Any Unicode round-trips exactly. Refused: absolute paths; empty, ``.`` and
    ``..`` segments; backslashes; NUL and control characters; what is not UTF-8.
    """

    text: str

    def __post_init__(self) -> None:
        """Check the text; raise `InvalidPath` with the reason."""
        reason = reason_against_path(self.text)
        if reason:
            shown = self.text.encode("utf-8", "backslashreplace").decode()
            msg = f"{shown!r} is no path of a file here: {reason}"
            raise InvalidPath(msg, address=shown)

    def __str__(self) -> str:
        """Return the path as it was given."""
        return self.text

    @property
    def parts(self) -> tuple[str, ...]:
        """Return its segments, at least one."""
        return tuple(self.text.split("/"))

    @property
    def name(self) -> str:
        """Return its last segment."""
        return self.parts[-1]

    def child(self, below: str) -> AssetPath:
        """Return the path of `below` under this one."""
        return AssetPath(f"{self.text}/{below}")

    def inside(self, folder: Path) -> Path:
        """Return where this file stands below `folder` on this machine."""
        return folder.joinpath(*self.parts)


def _is_plain(text: str) -> bool:
    """Whether no rule can be broken; of a million paths nearly all are so."""
    if not text or len(text) > _MAX_PATH or "\\" in text:
        return False
    if not (text.isascii() and text.isprintable()):
        return False
    segments = f"/{text}/"
    return not ("//" in segments or "/./" in segments or "/../" in segments)


def reason_against_path(text: str) -> str:
    """Return why `text` cannot be an `AssetPath`, or "" when it can."""
    if _is_plain(text):
        return ""
    parts = text.split("/")
    rules = (
        (not text, "it is empty"),
        (len(text) > _MAX_PATH, f"it is longer than {_MAX_PATH} characters"),
        (text.startswith("/"), "it is absolute"),
        ("\\" in text, "it has a backslash"),
        (_CONTROL.search(text), "it has a control character"),
        (_SURROGATE.search(text), "it is not UTF-8"),
        ("" in parts, "it has an empty segment"),
        ("." in parts, "it has a segment '.'"),
        (".." in parts, "it has a segment '..'"),
    )
    return next((reason for broken, reason in rules if broken), "")


def check_name(name: str, what: str) -> str:
    """Return `name` if users, runs, artifacts and datastores may be called so.

    Args:
        name: the name.
        what: "user", "run", "artifact" or "datastore", for the message.

    Raises:
        InvalidAddress: with the rule that it breaks.
    """
    if not NAME.fullmatch(name):
        article = "an" if what[0] in "aeio" else "a"
        msg = f"{name!r} cannot be the name of {article} {what}"
        hint = "1-128 ASCII letters, digits, '-', '_' and '.', not beginning with a dot"
        raise InvalidAddress(msg, address=name, hint=hint)
    if what == "run" and _RUN_ENDING.search(name):
        msg = f"a run cannot be called {name!r}: the ending names an experiment"
        raise InvalidAddress(msg, address=name, hint="choose another ending")
    return name


def handle_from_login(login: str) -> str:
    """Return the handle a login becomes, before it is made unique.

    An e-mail address gives the part before its "@"; characters that no name may
    have become "-".
    """
    local = login.split("@", 1)[0] if "@" in login else login
    ascii_only = unicodedata.normalize("NFKD", local).encode("ascii", "ignore")
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", ascii_only.decode()).strip(".-")
    return name[:100] or "user"
