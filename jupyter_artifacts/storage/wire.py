"""A bucket reached by obstore: S3 and what speaks like it, Google Cloud Storage."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

from jupyter_artifacts.errors import Conflict, Gone, Unavailable
from jupyter_artifacts.storage.bucket import IN_FLIGHT, PART, ObjectInfo
from jupyter_artifacts.storage.bucket_faults import (
    answered,
    bucket_faults,
    worth_renewing,
)
from jupyter_artifacts.storage.requests import check_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from typing_extensions import Buffer

_Answer = TypeVar("_Answer")

# what is worth more patience is tried again by the transfer, which can say so
RETRY: Final[Any] = {
    "max_retries": 1,
    "retry_timeout": timedelta(seconds=30),
    "backoff": {
        "init_backoff": timedelta(milliseconds=50),
        "max_backoff": timedelta(seconds=1),
        "base": 2,
    },
}
TIMES: Final[Any] = {
    "timeout": timedelta(minutes=10),  # of a whole request
    "connect_timeout": timedelta(seconds=10),
    "read_timeout": timedelta(seconds=60),
    "pool_idle_timeout": timedelta(seconds=30),
}
_AT_ONCE: Final = 1000
_PIECE: Final = 256 * 1024
_RENEW_EVERY: Final = 30.0
READ: Final = "the file cannot be read"
STORE: Final = "the file cannot be stored"


class Opened:
    """An obstore store, opened anew when its credentials are no longer taken.

    Args:
        open_store: opens it; told whether what it opened before was refused.
    """

    def __init__(self, open_store: Callable[[bool], Any]) -> None:
        self._open = open_store
        self._lock = threading.Lock()
        self._store = open_store(False)  # noqa: FBT003 - its only argument
        self._renewed = -_RENEW_EVERY

    def ask(self, call: Callable[[Any], _Answer]) -> _Answer:
        """Return what `call` makes of the store; once more when that may help."""
        store = self._store
        try:
            return call(store)
        except Exception as error:
            if not worth_renewing(error) or not self._renew(store):
                raise
        return call(self._store)

    def _renew(self, refused: Any) -> bool:
        with self._lock:
            if self._store is not refused:
                return True  # another thread was faster
            if time.monotonic() - self._renewed < _RENEW_EVERY:
                return False
            self._renewed = time.monotonic()
            self._store = self._open(True)  # noqa: FBT003 - its only argument
            return True


class WireBucket:
    """A bucket behind an obstore store.

    Args:
        open_store: see `Opened`; of the whole bucket.
        address: URI of the bucket.
    """

    def __init__(self, open_store: Callable[[bool], Any], address: str) -> None:
        self._opened = Opened(open_store)
        self.address = address

    def get(
        self,
        key: str,
        start: int,
        length: int,
        *,
        version: str = "",
        etag: str = "",
        whole: bool = False,
    ) -> Buffer:
        """Return bytes of an object, fewer where it ends before."""
        import obstore

        options: Any = {} if whole else {"range": (start, start + length)}
        if version:
            options["version"] = version
        elif etag:
            options["if_match"] = f'"{etag}"'

        def call(store: Any) -> tuple[Any, Any, Any]:
            result = obstore.get(store, key, options=options)
            if whole and result.meta["size"] > length:  # a log that grew
                options["range"] = (start, start + length)
                result = obstore.get(store, key, options=options)
            return result.meta, result.range, result.bytes()

        with bucket_faults(self._uri(key), READ):
            meta, (first, end), content = self._opened.ask(call)
        self._check_same(_info(meta, {}), version, etag)
        if first != start or len(content) != end - first:
            raise _broke_off(self._uri(key))
        buffer: Buffer = content
        return buffer

    def stream(
        self, key: str, start: int, length: int, *, version: str = ""
    ) -> Iterator[Buffer]:
        """Return an iterator of exactly these bytes, in small pieces, by one request.

        Whole ranges would be put together in fresh memory each time, which takes as
        long as moving them.
        """
        import obstore

        options: Any = {"range": (start, start + length)}
        if version:
            options["version"] = version
        with bucket_faults(self._uri(key), READ):
            result = self._opened.ask(
                lambda store: obstore.get(store, key, options=options)
            )
            pieces = result.stream(min_chunk_size=_PIECE)
        self._check_same(_info(result.meta, {}), version, "")
        first, end = result.range
        if first != start:
            raise _broke_off(self._uri(key))
        check_whole(self._uri(key), end - start, length)
        return self._pieces(key, pieces, length)

    def _pieces(self, key: str, pieces: Any, length: int) -> Iterator[Buffer]:
        left = length
        while left:
            with bucket_faults(self._uri(key), READ):
                piece: Buffer = next(pieces, b"")
                count = memoryview(piece).nbytes
                left -= count
                # to ask for more at the end is what gives a connection back
                more = next(pieces, None) if not left else None
            if left < 0 or more is not None or not count:
                raise _broke_off(self._uri(key))
            yield piece

    def _check_same(self, came: ObjectInfo, version: str, etag: str) -> None:
        """Raise `ChangedAtSource` when a store that heeds no condition gave another."""
        if version:
            same = came.version in {"", version}
        else:
            same = not (etag and came.etag) or came.etag == etag
        if not same:
            raise answered(412, "", self._uri(came.key), READ)

    def put(
        self,
        key: str,
        parts: Sequence[Buffer],
        metadata: Mapping[str, str],
        *,
        create: bool = False,
    ) -> ObjectInfo:
        """Store an object, whole or not at all.

        Its SHA-256 is part of the signature, so a store refuses other bytes.
        """
        import obstore

        size = sum(memoryview(part).nbytes for part in parts)
        options: dict[str, Any] = {"attributes": dict(metadata)} if metadata else {}
        if size <= PART or create:
            options["use_multipart"] = False
            options["mode"] = "create" if create else "overwrite"
        else:
            options |= {"chunk_size": PART, "max_concurrency": IN_FLIGHT}
        content = parts[0] if len(parts) == 1 else list(parts)
        with bucket_faults(self._uri(key), STORE):
            try:
                done = self._opened.ask(
                    lambda store: obstore.put(store, key, content, **options)
                )
            except obstore.exceptions.AlreadyExistsError:
                raise stands_already(self._uri(key)) from None
        etag = (done["e_tag"] or "").strip('"')
        return ObjectInfo(key=key, size=size, etag=etag, version=done["version"] or "")

    def head(self, key: str, version: str = "") -> ObjectInfo:
        """Return what an object is, with its metadata."""
        import obstore

        options: Any = {"head": True}
        if version:
            options["version"] = version
        with bucket_faults(self._uri(key), READ):
            found = self._opened.ask(
                lambda store: obstore.get(store, key, options=options)
            )
            return _info(found.meta, {k: str(v) for k, v in found.attributes.items()})

    def copy(self, source: str, target: str) -> None:
        """Copy an object within the bucket, without moving its bytes to here."""
        import obstore

        with bucket_faults(self._uri(source), "the file cannot be copied"):
            self._opened.ask(lambda store: obstore.copy(store, source, target))

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects; those that are not there are deleted already."""
        left = iter(keys)
        while some := list(islice(left, _AT_ONCE)):
            try:
                with bucket_faults(self._uri(some[0]), "the file cannot be deleted"):
                    self._opened.ask(partial(_delete, some))
            except Gone:
                if len(some) > 1:
                    for key in some:
                        self.delete([key])

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """Yield every object whose key begins so, by key."""
        import obstore

        # a store lists below folders: what is asked for may be part of a name
        folder = prefix.rpartition("/")[0]
        with bucket_faults(self._uri(prefix), "the bucket cannot be listed"):
            pages = self._opened.ask(
                lambda store: obstore.list(store, folder or None, chunk_size=_AT_ONCE)
            )
            for page in pages:
                for meta in page:
                    if meta["path"].startswith(prefix):
                        yield _info(meta, {})

    def presign(self, key: str, seconds: float) -> str:
        """Return a URL that reads an object without credentials for a while."""
        import obstore

        lasts = timedelta(seconds=seconds)
        with bucket_faults(self._uri(key), "no URL can be signed"):
            url: str = self._opened.ask(
                lambda store: obstore.sign(store, "GET", key, lasts)
            )
            return url

    def _uri(self, key: str) -> str:
        return f"{self.address}/{key}"


def _broke_off(address: str) -> Unavailable:
    msg = f"{READ}: the answer broke off"
    return Unavailable(msg, address=address, hint="try again in a while")


def stands_already(address: str) -> Conflict:
    """Return the error for an object that was to be new."""
    return Conflict(f"{STORE}: another stands there", address=address)


def _delete(keys: Sequence[str], store: Any) -> None:
    import obstore

    obstore.delete(store, keys)


def _info(meta: Mapping[str, Any], metadata: Mapping[str, str]) -> ObjectInfo:
    return ObjectInfo(
        key=meta["path"],
        size=meta["size"],
        etag=(meta["e_tag"] or "").strip('"'),
        modified=meta["last_modified"].timestamp(),
        version=meta["version"] or "",
        metadata=metadata,
    )
