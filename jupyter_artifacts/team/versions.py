"""A version of an artifact, as Python sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_artifacts.addresses import NAME, artifact_address
from jupyter_artifacts.errors import InvalidAddress
from jupyter_artifacts.records.base import value_from_wire, value_to_wire
from jupyter_artifacts.team.draft_checks import checked_metadata

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from jupyter_artifacts.addresses import Address
    from jupyter_artifacts.carriers.local import LocalCarrier
    from jupyter_artifacts.records.artifacts import (
        Artifact,
        ArtifactDiff,
        ArtifactVersion,
        Lineage,
    )
    from jupyter_artifacts.records.assets import Asset
    from jupyter_artifacts.records.base import Page
    from jupyter_artifacts.records.transfers import Receipt
    from jupyter_artifacts.team.team import Team

_PAGE = 5000
_ARTIFACTS = 1000


class TeamVersion:
    """One version of an artifact of the team. Its files never change.

    Args:
        team: whose.
        place: of the version; the newest when it names none.
        is_new: of what was just logged, whether there was no such version before.
        kept_longer: of what was logged once more, whether it would have ended sooner.
    """

    def __init__(
        self,
        team: Team,
        place: Address,
        *,
        is_new: bool = False,
        kept_longer: bool = False,
    ) -> None:
        named = {"name": place.name, "version": place.version or "latest"}
        found: ArtifactVersion = team.carrier.call("versions.get", **named)
        self._team = team
        self.name = found.artifact
        self.version = found.version
        self.is_new = is_new
        self.kept_longer = kept_longer

    @property
    def address(self) -> str:
        """Its address, e.g. "my-model@v3"."""
        return artifact_address(self.name, self.version).short

    @property
    def record(self) -> ArtifactVersion:
        """The version as it is described now."""
        found: ArtifactVersion = self._call("versions.get")
        return found

    @property
    def aliases(self) -> list[str]:
        """The aliases that name it now, `latest` first."""
        return self.record.aliases

    @property
    def tags(self) -> list[str]:
        """Its tags."""
        return self.record.tags

    @property
    def metadata(self) -> dict[str, Any]:
        """What was noted about it."""
        metadata: dict[str, Any] = value_from_wire(self.record.metadata)
        return metadata

    @property
    def description(self) -> str:
        """What it is, for people."""
        return self.record.description

    def files(self) -> Iterator[Asset]:
        """Go through its files and links, folder by folder, page by page."""
        cursor = None
        while True:
            page = self._call("versions.files", limit=_PAGE, cursor=cursor)
            yield from page.items
            cursor = page.cursor
            if cursor is None:
                return

    def download(self, to: str | Path = "", **options: Any) -> Receipt:
        """Download it; takes what `Team.download` takes."""
        return self._team.download(self.address, to, **options)

    def open(self, path: str) -> io.BufferedReader:
        """Return one of its files as a file object; reads only what is read."""
        return self._team.open(f"{self.address}/{path}")

    def load(self, path: str, **options: Any) -> Any:
        """Return what one of its files holds; takes what `Team.load` takes."""
        return self._team.load(f"{self.address}/{path}", **options)

    def diff(self, other: str | TeamVersion) -> ArtifactDiff:
        """Return what differs between this version and a later one.

        Args:
            other: a version, its address, or "v3" or an alias of the same artifact.
        """
        if isinstance(other, TeamVersion):
            name, version = other.name, other.version
        elif "@" in other or "/" in other:
            place = named_version(self._team, other)
            name, version = place.name, place.version
        else:
            name, version = self.name, other
        ask = {"other_name": name, "other": version or "latest"}
        found: ArtifactDiff = self._call("versions.diff", **ask)
        return found

    def lineage(self) -> Lineage:
        """Return what it came from, and what came of it; printed, it is drawn."""
        found: Lineage = self._call("versions.lineage")
        return found

    def alias(self, *aliases: str) -> None:
        """Let aliases name this version, and no other one any more; all, or none."""
        self._name(aliases, self.version)

    def unalias(self, *aliases: str) -> None:
        """Take aliases of the artifact away; all of them, or none."""
        self._name(aliases, "")

    def _name(self, aliases: tuple[str, ...], version: str) -> None:
        if aliases:
            named = dict.fromkeys(aliases, version)
            self._team.carrier.call("artifacts.edit", name=self.name, aliases=named)

    def tag(self, *tags: str) -> None:
        """Add tags to those it has."""
        self._call("versions.edit", tags=sorted({*self.tags, *tags}))

    def untag(self, *tags: str) -> None:
        """Take tags away."""
        self._call("versions.edit", tags=sorted({*self.tags} - {*tags}))

    def edit(
        self,
        *,
        description: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        """Say what it is; metadata is merged key by key."""
        said = None if metadata is None else checked_metadata(metadata)
        noted = said and value_to_wire(said)
        self._call("versions.edit", description=description, metadata=noted)

    def delete(self, *, reason: str = "") -> None:
        """Delete it, and the bytes that no other version needs.

        Raises:
            Conflict: while something depends on it; says what.
        """
        self._call("versions.delete", reason=reason)

    def _call(self, operation: str, **ask: Any) -> Any:
        at = {"name": self.name, "version": self.version}
        return self._team.carrier.call(operation, **at, **ask)

    def __repr__(self) -> str:
        """Say what it is called, and how much is in it."""
        record = self.record
        noun = "file" if record.files == 1 else "files"
        aliases = f" ({', '.join(record.aliases)})" if record.aliases else ""
        return f"<{record.address}{aliases} · {record.files:,} {noun}>"


def named_version(team: Team, address: str | Address) -> Address:
    """Return the address of a version; a bare name stands for the newest.

    Raises:
        InvalidAddress: when it names no version of an artifact.
    """
    if isinstance(address, str) and NAME.fullmatch(address):
        return artifact_address(address)
    place = team.parse(address)
    if place.root != "artifacts" or not place.name or place.path is not None:
        msg = "it names no version of an artifact"
        hint = "write my-model@v3 or my-model@latest"
        raise InvalidAddress(msg, address=str(address), hint=hint)
    return place


def every_artifact(carrier: LocalCarrier) -> Iterator[Artifact]:
    """Yield every artifact that who acts may know of, by name."""
    cursor = None
    while True:
        ask = {"limit": _ARTIFACTS, "cursor": cursor}
        page: Page[Artifact] = carrier.call("artifacts.list", **ask)
        yield from page.items
        cursor = page.cursor
        if cursor is None:
            return


def delete_artifact(carrier: LocalCarrier, place: Address, reason: str) -> None:
    """Delete a version, or all versions of an artifact with it.

    Raises:
        InvalidAddress: when it names a file, or no artifact.
        Conflict: while something depends on it; says what.
    """
    check_whole(place)
    if place.version:
        ask = {"name": place.name, "version": place.version}
        carrier.call("versions.delete", **ask, reason=reason)
    else:
        carrier.call("artifacts.delete", name=place.name, reason=reason)


def check_whole(place: Address) -> None:
    """Raise `InvalidAddress` for what is less than a version, or no artifact."""
    if place.path is not None or not place.name:
        msg = "a version is deleted whole, and never changes"
        hint = "write my-model@v3, or artifacts/my-model for all its versions"
        raise InvalidAddress(msg, address=place.short, hint=hint)
