"""Which verdict each file of a plan has."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.records.assets import AssetKind, StoredAsset
from jupyter_artifacts.records.transfers import Overwrite, PlannedFile, Verdict
from jupyter_artifacts.storage.revisions import revision_key
from jupyter_artifacts.transfer.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from jupyter_artifacts.records.assets import Asset
    from jupyter_artifacts.transfer.standing import Standing

    Look = Callable[[Sequence[Asset]], Sequence[str]]
    """Says of remote objects "", "changed at source" or "gone"."""

MOVED: Final = frozenset({Verdict.NEW, Verdict.REPLACE, Verdict.RENAME})
_AT_ONCE: Final = 1000
_LINKS: Final = frozenset({AssetKind.LINK, AssetKind.SYMLINK})
_POLICY: Final = {
    Overwrite.ERROR: Verdict.WOULD_OVERWRITE,
    Overwrite.SKIP: Verdict.SKIP,
    Overwrite.REPLACE: Verdict.REPLACE,
    Overwrite.RENAME: Verdict.RENAME,
}


class Judge:
    """Says what will become of each file.

    Args:
        standing: the target.
        overwrite: the policy.
        look: says of remote objects whether they are as recorded; None to trust it.
        check: raises for a path that cannot stand there.
    """

    def __init__(
        self,
        standing: Standing,
        overwrite: Overwrite,
        look: Look | None,
        check: Callable[[str], None],
    ) -> None:
        self._standing = standing
        self._overwrite = overwrite
        self._look = look
        self._check = check

    def judged(self, assets: Iterable[StoredAsset]) -> Iterator[PlannedFile]:
        """Yield what each file will be, in order."""
        left = iter(assets)
        if self._overwrite is Overwrite.RENAME:
            left = iter(self._reserved(left))
        while some := list(islice(left, _AT_ONCE)):
            for stored in some:
                self._check(stored.asset.path)
            said = self._looked_at(some)
            for stored in some:
                yield self._one(stored, said.get(stored.asset.path, ""))

    def _reserved(self, assets: Iterator[StoredAsset]) -> Spool[StoredAsset]:
        """Go through all of them first: no new name may be one of theirs."""
        every = Spool(StoredAsset)
        for stored in assets:
            self._standing.reserve(stored.asset.path)
            every.append(stored)
        return every

    def _looked_at(self, some: list[StoredAsset]) -> dict[str, str]:
        remote = [
            stored.asset for stored in some if stored.asset.kind is AssetKind.REMOTE
        ]
        if not remote or self._look is None:
            return {}
        answers = self._look(remote)
        return {asset.path: said for asset, said in zip(remote, answers, strict=True)}

    def _one(self, stored: StoredAsset, said: str) -> PlannedFile:
        asset = stored.asset
        remote = asset.kind is AssetKind.REMOTE
        target = asset.path
        verdict = Verdict(said) if said else self._verdict(asset)
        if verdict is Verdict.RENAME:
            target = self._standing.free_name(target)
        return PlannedFile(
            path=asset.path,
            target=target,
            size=asset.size,
            digest=asset.digest,
            key=stored.key,
            verdict=verdict,
            modified=asset.modified,
            pinned=revision_key(stored.key, asset.digest),
            offset=stored.offset,
            kind=asset.kind,
            link=asset.link,
            uri=asset.uri if remote else "",
            version_id=asset.version_id,
            etag=asset.etag if remote else "",
            checksum=asset.checksum if remote else "",
            sha256=asset.sha256,
            copy_key=stored.copy_key,
            copy_offset=stored.copy_offset,
        )

    def _verdict(self, asset: Asset) -> Verdict:
        if asset.kind in _LINKS:
            return Verdict.LINK
        if asset.kind is AssetKind.FOLDER:
            there = self._standing.has_folder(asset.path)
            return Verdict.SAME if there else Verdict.NEW
        if not self._standing.has(asset.path):
            return Verdict.NEW
        if self._standing.same(asset.path, asset):
            return Verdict.SAME
        if self._overwrite is Overwrite.ERROR:
            self._standing.check_readable(asset.path)
        return _POLICY[self._overwrite]
