"""Hides secrets on command lines: what teammates see must not let anybody in.

The words of a name decide: `api-key`, `API_KEY` and `apiKey` hold a secret,
`max-tokens` and `tokenizer` do not. Numbers, and true and false, are no secrets.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

HIDDEN: Final = "***"

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SECRETS: Final = frozenset(
    {
        "apikey",
        "auth",
        "authorization",
        "bearer",
        "credential",
        "credentials",
        "dsn",
        "oauth",
        "passphrase",
        "passwd",
        "password",
        "passwords",
        "pwd",
        "secret",
        "secrets",
        "token",
    }
)
_KEYS: Final = frozenset({"access", "api", "private", "secret"})
_MARKS: Final = frozenset(
    {"bos", "cls", "eos", "image", "mask", "pad", "sep", "special", "stop", "unk"}
)
"""What stands before "token" where it is one of a tokenizer's."""

_PLAIN: Final = re.compile(
    r"(?i)true|false|none|null|[+-]?(\d[\d_]*\.?\d*|\.\d+)(e[+-]?\d+)?"
)
_NAMED: Final = re.compile(
    r"(?P<name>-{0,2}\+{0,2}[A-Za-z_][\w.\-]*)=(?P<value>.*)", re.DOTALL
)
_OPTION: Final = re.compile(r"--?[A-Za-z][\w.-]*")
_USERINFO: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#\s]*)@")
_QUERY: Final = re.compile(r"([?&])([^=&#\s]+)=([^&#\s]+)")
_SSH: Final = frozenset({"ssh", "git+ssh", "ssh+git"})


def is_secret(name: str) -> bool:
    """Whether an option or a parameter of this name holds a secret."""
    words = [word.lower() for word in _WORD.findall(name)]
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        if word in _SECRETS and not (word == "token" and before in _MARKS):
            return True
        if word in {"key", "keys"} and before in _KEYS:
            return True
    return words[-1:] == ["pass"]


def without_secret(name: str, value: str) -> str:
    """Return the value of an option or a parameter, hidden where it is a secret."""
    if value and is_secret(name) and not _PLAIN.fullmatch(value):
        return HIDDEN
    return _within(value)


def without_secrets(arguments: Iterable[str]) -> list[str]:
    """Return a command line with its secrets hidden."""
    shown: list[str] = []
    waiting = ""  # the option whose value comes next
    for argument in arguments:
        if named := _NAMED.fullmatch(argument):
            hidden = without_secret(named["name"], named["value"])
            shown.append(f"{named['name']}={hidden}")
            waiting = ""
        elif waiting and not argument.startswith("--"):
            shown.append(without_secret(waiting, argument))
            waiting = ""
        else:
            shown.append(_within(argument))
            secret = _OPTION.fullmatch(argument) and is_secret(argument)
            waiting = argument if secret else ""
    return shown


def hidden_option(arguments: Iterable[str]) -> str:
    """Return the first option, or argument, whose value is hidden; "" for none."""
    before = ""
    for argument in arguments:
        if argument == HIDDEN:
            return before or argument
        if HIDDEN in argument:
            return argument.partition("=")[0] if "=" in argument else argument
        before = argument
    return ""


def _within(text: str) -> str:
    """Return a text with what lets somebody in taken out of the URLs in it."""
    return _QUERY.sub(_query_value, _USERINFO.sub(_userinfo, text))


def _userinfo(found: re.Match[str]) -> str:
    scheme, userinfo = found.groups()
    if scheme.lower() in _SSH and ":" not in userinfo:
        return found[0]  # a login alone opens no door
    return f"{scheme}://{HIDDEN}@"


def _query_value(found: re.Match[str]) -> str:
    mark, name, value = found.groups()
    return f"{mark}{name}={without_secret(name, value)}"
