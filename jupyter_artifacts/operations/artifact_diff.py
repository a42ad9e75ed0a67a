"""What differs between two versions of artifacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_artifacts.catalog.manifest_lines import place_key, said_by
from jupyter_artifacts.operations.artifact_places import AtArtifactVersion, version_at
from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.table import SEE, operation
from jupyter_artifacts.records.artifacts import ArtifactDiff, DiffLine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_artifacts.operations.rows import Rows
    from jupyter_artifacts.records.assets import Asset

_LISTED = 5000


class DiffAsk(AtArtifactVersion, frozen=True, kw_only=True):
    """Two versions, of one artifact or of two.

    Attributes:
        other: the later one, or an alias.
        other_name: its artifact; "" for the same.
    """

    other: str
    other_name: str = ""


@operation("versions.diff", "GET versions/{name}/{version}/diff/{other}", needs=SEE)
def diff(ctx: Context, ask: DiffAsk) -> ArtifactDiff:
    """Return what differs between two versions: by path and content, not by times."""
    with ctx.catalog.read() as rows:
        before, one = version_at(ctx, rows, ask.name, ask.version)
        name = ask.other_name or ask.name
        after, other = version_at(ctx, rows, name, ask.other)
        found = _Found()
        for old, new in _pairs(_lines(rows, one), _lines(rows, other)):
            found.add(old, new)
    return ArtifactDiff(
        before=before.address,
        after=after.address,
        lines=found.lines,
        left_out=sum(found.counts.values()) - found.counts["same"] - len(found.lines),
        **found.counts,
        bytes_added=found.bytes_added,
        bytes_removed=found.bytes_removed,
    )


class _Found:
    def __init__(self) -> None:
        self.lines: list[DiffLine] = []
        self.counts = dict.fromkeys(("added", "removed", "changed", "same"), 0)
        self.bytes_added = 0
        self.bytes_removed = 0

    def add(self, old: Asset | None, new: Asset | None) -> None:
        """Count a path of one or both."""
        change = _change(old, new)
        self.counts[change] += 1
        if change == "same":
            return
        self.bytes_added += new.size if new else 0
        self.bytes_removed += old.size if old else 0
        there = new or old
        if there is not None and len(self.lines) < _LISTED:
            line = DiffLine(
                path=there.path,
                change=change,
                kind=there.kind,
                size=new.size if new else 0,
                size_before=old.size if old else 0,
            )
            self.lines.append(line)


def _change(old: Asset | None, new: Asset | None) -> str:
    if old is None:
        return "added"
    if new is None:
        return "removed"
    return "same" if said_by(old) == said_by(new) else "changed"


def _lines(rows: Rows, manifest: str) -> Iterator[Asset]:
    for page in rows.assets.pages(manifest):
        for stored in page:
            yield stored.asset


def _pairs(
    ones: Iterator[Asset], others: Iterator[Asset]
) -> Iterator[tuple[Asset | None, Asset | None]]:
    """Yield each path of two manifests once; both come in the order of places."""
    one, other = next(ones, None), next(others, None)
    while one is not None or other is not None:
        here = None if one is None else place_key(one.path)
        there = None if other is None else place_key(other.path)
        if there is None or (here is not None and here < there):
            yield one, None
            one = next(ones, None)
        elif here is None or there < here:
            yield None, other
            other = next(others, None)
        else:
            yield one, other
            one, other = next(ones, None), next(others, None)
