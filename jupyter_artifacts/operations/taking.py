"""Files' bytes and files' rows, both or none.

The bytes are copied and hashed first, while nothing is locked. Then, in one short
transaction, whoever they belong to is looked at again, the rows are written and the
files get their names, last of all. Whatever fails, the old bytes stand there again
before anybody else may write.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from jupyter_artifacts.errors import ArtifactsError, InvalidRequest
from jupyter_artifacts.operations.emptying import empty
from jupyter_artifacts.records.media_types import media_type_of
from jupyter_artifacts.storage.revisions import revision_key
from jupyter_artifacts.storage.source import LATEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from jupyter_artifacts.addresses import AssetPath
    from jupyter_artifacts.operations.context import Context
    from jupyter_artifacts.operations.rows import Rows
    from jupyter_artifacts.records.assets import Asset

KEPT: Final = 3600.0
"""Seconds for which a plan made before a rewrite still finds the bytes it showed."""

LARGE: Final = 64 << 20
"""Of files larger than this one earlier revision is kept, not an hour's."""

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A file to take.

    Attributes:
        path: what it is called.
        key: where the storage is to hold it.
        source: where its bytes are now.
        modified: the file's own time; 0 to take it from the source.
        note: what a reader must know; "" for nothing.
    """

    path: AssetPath
    key: str
    source: Path
    modified: float = 0.0
    note: str = ""


@dataclass(slots=True)
class _Taken:
    wanted: Wanted
    staged: Any = None
    answer: Asset | ArtifactsError | None = None


class _OneFailed(Exception):  # noqa: N818 - it only ends a transaction
    """A file could not get its name; the others are tried again without it."""


def take(
    ctx: Context,
    wanted: Sequence[Wanted],
    admit: Callable[[Rows], str],
    tell: Callable[[Rows, list[Asset]], None],
) -> list[Asset | ArtifactsError]:
    """Take files, of different paths; all that belongs to one of them, or nothing.

    Args:
        ctx: of who asks.
        wanted: the files.
        admit: looks, within the transaction, whether they may come in; returns the
            id of their manifest, or raises.
        tell: says, within the transaction, what came in.

    Returns:
        For each file, in order, its asset, or why it could not be taken.

    Raises:
        ArtifactsError: what `admit` raises, or the catalog; nothing more is taken.
    """
    if len(wanted) <= _AT_ONCE:
        return _take(ctx, wanted, _stage(ctx, wanted, admit), admit, tell)
    some = [wanted[at : at + _AT_ONCE] for at in range(0, len(wanted), _AT_ONCE)]
    answers: list[Asset | ArtifactsError] = []
    # the storage is not left idle while rows are written
    with ThreadPoolExecutor(1, "staging-ahead") as pool:
        ahead = [pool.submit(_stage, ctx, each, admit) for each in some[:1]]
        for number, each in enumerate(some, 1):
            done = ahead.pop().result()
            ahead = [pool.submit(_stage, ctx, x, admit) for x in some[number:][:1]]
            try:
                answers += _take(ctx, each, done, admit, tell)
            except BaseException:
                for future in ahead:
                    if future.exception() is None:
                        _discard(ctx, future.result())
                raise
    return answers


def _discard(ctx: Context, staged: Iterable[Any]) -> None:
    for each in staged:
        if not isinstance(each, ArtifactsError):
            ctx.storage.discard(each)


def check_modified(modified: float, address: str) -> None:
    """Refuse a file's time that no date can say."""
    if not 0 <= modified <= LATEST:  # NaN is neither
        msg = f"modified is {modified}, which is no time of a file"
        hint = "give seconds since 1970, up to the year 9999, or leave it out"
        raise InvalidRequest(msg, address=address, hint=hint)


def _take(
    ctx: Context,
    wanted: Sequence[Wanted],
    done: Sequence[Any],
    admit: Callable[[Rows], str],
    tell: Callable[[Rows, list[Asset]], None],
) -> list[Asset | ArtifactsError]:
    files = [_Taken(each) for each in wanted]
    with ExitStack() as staged:
        for file, each in zip(files, done, strict=True):
            if isinstance(each, ArtifactsError):
                file.answer = each
            else:
                file.staged = each
                staged.callback(ctx.storage.discard, each)
        while ready := [file for file in files if file.answer is None]:
            try:
                replaced = _put(ctx, ready, admit, tell)
            except _OneFailed:
                continue
            if replaced:
                empty(ctx.catalog, ctx.storage, ctx.clock())
            break
    return [file.answer for file in files if file.answer is not None]


def _stage(
    ctx: Context, wanted: Sequence[Wanted], admit: Callable[[Rows], str]
) -> list[Any]:
    """Copy the bytes; say beforehand what is going to be replaced."""
    with ctx.catalog.read() as rows:
        before = rows.assets.held(admit(rows), [str(each.path) for each in wanted])
    keep = {
        each.key: revision
        for each in wanted
        if (old := before.get(str(each.path)))
        and (revision := revision_key(each.key, old.digest))
    }
    return ctx.storage.stage_many([(each.key, each.source) for each in wanted], keep)


def _put(
    ctx: Context,
    files: list[_Taken],
    admit: Callable[[Rows], str],
    tell: Callable[[Rows, list[Asset]], None],
) -> bool:
    """Write rows, then give names, then commit; return whether files were replaced."""
    with ExitStack() as late:  # undone when the commit fails
        with ctx.catalog.write() as rows, ExitStack() as undo:
            manifest = admit(rows)
            kept = _keep_revisions(ctx, rows, manifest, files)
            assets = [(_asset(ctx, file), file.wanted.key) for file in files]
            answers = rows.assets.put_all(manifest, assets)
            tell(rows, answers)
            failed = False
            for file in files:
                undo.callback(ctx.storage.withdraw, file.staged)
                try:
                    ctx.storage.publish(file.staged, kept.get(file.wanted.key, ""))
                except ArtifactsError as error:
                    file.answer = error
                    failed = True
            if failed:
                raise _OneFailed
            late.push(undo.pop_all())
        late.pop_all()
    for file, answer in zip(files, answers, strict=True):
        file.answer = answer
    return bool(kept)


def _keep_revisions(
    ctx: Context, rows: Rows, manifest: str, files: list[_Taken]
) -> dict[str, str]:
    """Note which bytes are replaced; return the key each is kept under, by its own."""
    before = rows.assets.held(manifest, [str(file.wanted.path) for file in files])
    kept: dict[str, str] = {}
    large = []
    for file in files:
        old = before.get(str(file.wanted.path))
        if old is None or old.digest == file.staged.asset.digest:
            continue
        key = file.wanted.key
        if revision := revision_key(key, old.digest):
            kept[key] = revision
        if old.size > LARGE:
            large.append(key)
    now = ctx.clock()
    rows.doomed.hasten(large, now)
    rows.doomed.keep([(revision, key) for key, revision in kept.items()], now + KEPT)
    return kept


def _asset(ctx: Context, file: _Taken) -> Asset:
    asset: Asset = file.staged.asset
    wanted = file.wanted
    return msgspec.structs.replace(
        asset,
        path=str(wanted.path),
        modified=wanted.modified or asset.modified,
        captured=ctx.clock(),
        media_type=media_type_of(str(wanted.path)),
        note=wanted.note,
    )
