"""Words that look the same in every peek."""

from __future__ import annotations

from typing import Final

_LONGEST: Final = 200


def counted(number: int, noun: str) -> str:
    """Return "1 file", "2,000 files"."""
    after_consonant = noun.endswith("y") and noun[-2] not in "aeiou"
    plural = f"{noun[:-1]}ies" if after_consonant else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def shown(value: object, longest: int = _LONGEST) -> str:
    """Return a value as text that fits on a line and is valid UTF-8."""
    text = str(value).encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def first_of(total: int, most: int, noun: str) -> list[str]:
    """Return what to say when only the first `most` are shown."""
    if total <= most:
        return []
    return [f"{counted(total - most, noun)} after the first {most:,}"]
