"""The static form of the artifact downloader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jupyter_artifacts.widgets.forms.markup import Markup, element
from jupyter_artifacts.widgets.forms.page import page, small_print, table
from jupyter_artifacts.widgets.forms.text import moment_text, size_text, table_text

if TYPE_CHECKING:
    from jupyter_artifacts.records.transfers import Plan

_MOST_FILES: Final = 100
_HEADS: Final = ("File", "Size", "Digest", "Here")


def downloader_html(plan: Plan, moment: float) -> Markup:
    """Return the files as a table."""
    rows = [
        [name, size, element("code", digest), verdict]
        for name, size, digest, verdict in _rows(plan)
    ]
    title = element("div", plan.address, style="font-weight:bold")
    shown = table(_HEADS, rows, frozenset({1}))
    return page(title, shown, small_print(*_notes(plan, moment)))


def downloader_text(plan: Plan, moment: float) -> str:
    """Return the files as a table for a terminal."""
    notes = " · ".join(_notes(plan, moment))
    return f"{table_text(_HEADS, _rows(plan))}\n{notes}"


def _rows(plan: Plan) -> list[list[str]]:
    return [
        [file.path, size_text(file.size), _short(file.digest), file.verdict.value]
        for file in plan.files[:_MOST_FILES]
    ]


def _short(digest: str) -> str:
    kind, _, value = digest.partition(":")
    return f"{kind} {value[:8]}" if value else ""


def _notes(plan: Plan, moment: float) -> tuple[str, ...]:
    count = plan.total_files
    return (
        f"{min(count, _MOST_FILES):,} of {count:,} files of {plan.address}",
        size_text(plan.total_bytes),
        f"as of {moment_text(moment)}",
    )
