"""A bucket reached by obstore: S3 and what speaks like it, Google Cloud Storage."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.errors import (
    ArtifactsError,
    ChangedAtSource,
    Gone,
    NotFound,
    StoreRefused,
    Unavailable,
)
from jupyter_artifacts.storage.bucket import ObjectInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from typing_extensions import Buffer

PART: Final = 8 * 1024 * 1024
IN_FLIGHT: Final = 4
RETRY: Final[Any] = {"max_retries": 0, "retry_timeout": timedelta(seconds=60)}
TIMES: Final[Any] = {"timeout": "120s", "connect_timeout": "10s"}
_AT_ONCE: Final = 1000
_STATUS: Final = re.compile(r"status code: (\d+)")
_CODE: Final = re.compile(r"<Code>(\w+)</Code>")
_TOO_SHORT: Final = "416"
_NOT_ALLOWED: Final = frozenset({"401", "403"})


class WireBucket:
    """A bucket behind an obstore store.

    Args:
        store: of obstore, for the whole bucket.
        address: URI of the bucket.
    """

    def __init__(self, store: Any, address: str) -> None:
        self._store = store
        self.address = address

    def get(
        self, key: str, start: int, length: int, *, version: str = "", etag: str = ""
    ) -> Buffer:
        """Return bytes of an object, fewer where it ends before."""
        import obstore

        with self._translated(key):
            if not version and not etag:
                return obstore.get_range(self._store, key, start=start, length=length)
            options: Any = {"range": (start, start + length)}
            if version:
                options["version"] = version
            else:
                options["if_match"] = f'"{etag}"'
            return obstore.get(self._store, key, options=options).bytes()

    def put(
        self, key: str, parts: Iterable[Buffer], size: int, metadata: Mapping[str, str]
    ) -> ObjectInfo:
        """Store an object, whole or not at all; large ones go in parts of 8 MiB."""
        import obstore

        options: dict[str, Any] = {"attributes": dict(metadata)} if metadata else {}
        raised: list[BaseException] = []
        with self._translated(key):
            if size <= PART:
                whole = b"".join(parts)
                done = obstore.put(
                    self._store, key, whole, use_multipart=False, **options
                )
            else:
                try:
                    done = obstore.put(
                        self._store,
                        key,
                        _noting(parts, raised),
                        chunk_size=PART,
                        max_concurrency=IN_FLIGHT,
                        **options,
                    )
                except Exception:
                    if raised:  # by who gave the bytes, not by the store
                        raise raised[0] from None
                    raise
        etag = (done["e_tag"] or "").strip('"')
        return ObjectInfo(key=key, size=size, etag=etag, version=done["version"] or "")

    def head(self, key: str, version: str = "") -> ObjectInfo:
        """Return what an object is, with its metadata."""
        import obstore

        options: Any = {"head": True}
        if version:
            options["version"] = version
        with self._translated(key):
            found = obstore.get(self._store, key, options=options)
            return _info(found.meta, {k: str(v) for k, v in found.attributes.items()})

    def copy(self, source: str, target: str) -> None:
        """Copy an object within the bucket, without moving its bytes to here."""
        import obstore

        with self._translated(source):
            obstore.copy(self._store, source, target)

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects; those that are not there are deleted already."""
        import obstore

        left = iter(keys)
        while some := list(islice(left, _AT_ONCE)):
            try:
                with self._translated(some[0]):
                    obstore.delete(self._store, some)
            except Gone:
                if len(some) > 1:
                    for key in some:
                        self.delete([key])

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """Yield every object whose key begins so, by key."""
        import obstore

        # a store lists below folders: what is asked for may be part of a name
        folder = prefix.rpartition("/")[0]
        with self._translated(prefix):
            for batch in obstore.list(self._store, folder or None, chunk_size=1000):
                for meta in batch:
                    if meta["path"].startswith(prefix):
                        yield _info(meta, {})

    def presign(self, key: str, seconds: float) -> str:
        """Return a URL that reads an object without credentials for a while."""
        import obstore

        with self._translated(key):
            return obstore.sign(self._store, "GET", key, timedelta(seconds=seconds))

    @contextmanager
    def _translated(self, key: str) -> Iterator[None]:
        """Turn what obstore raises into our errors."""
        from obstore import exceptions

        address = f"{self.address}/{key}"
        try:
            yield
        except ArtifactsError:
            raise
        except FileNotFoundError as error:
            raise _missing(error, address, self.address) from None
        except exceptions.PreconditionError:
            msg = "the object is another one by now"
            raise ChangedAtSource(msg, address=address) from None
        except (
            exceptions.PermissionDeniedError,
            exceptions.UnauthenticatedError,
        ) as error:
            raise _refused(error, address) from None
        except exceptions.BaseError as error:
            raise _failed(error, address) from None


def _noting(parts: Iterable[Buffer], raised: list[BaseException]) -> Iterator[Buffer]:
    try:
        yield from parts
    except BaseException as error:
        raised.append(error)
        raise


def _info(meta: Mapping[str, Any], metadata: Mapping[str, str]) -> ObjectInfo:
    return ObjectInfo(
        key=meta["path"],
        size=meta["size"],
        etag=(meta["e_tag"] or "").strip('"'),
        modified=meta["last_modified"].timestamp(),
        version=meta["version"] or "",
        metadata=metadata,
    )


def _missing(error: Exception, address: str, bucket: str) -> ArtifactsError:
    if "NoSuchBucket" in str(error):
        hint = "check the name, or make the bucket"
        return NotFound("there is no such bucket", address=bucket, hint=hint)
    msg = "the file cannot be read: it is no longer there"
    return Gone(msg, address=address, hint="look at the listing again")


def _refused(error: Exception, address: str) -> ArtifactsError:
    code = _CODE.search(str(error))
    why = f" ({code[1]})" if code else ""
    if code and code[1] in {"ExpiredToken", "RequestTimeTooSkewed"}:
        expired = code[1] == "ExpiredToken"
        msg = "the credentials have expired" if expired else "the clocks disagree"
        hint = "sign in again" if expired else "set this machine's clock"
        return StoreRefused(f"{msg}{why}", address=address, hint=hint)
    msg = f"the store does not let these credentials do this{why}"
    return StoreRefused(msg, address=address, hint="check the keys and their policy")


def _failed(error: Exception, address: str) -> ArtifactsError:
    text = str(error)
    status = _STATUS.search(text)
    if status and status[1] == _TOO_SHORT:
        msg = "the object ends before the bytes that were recorded"
        return ChangedAtSource(msg, address=address)
    if status and status[1] in _NOT_ALLOWED:
        return _refused(error, address)
    code = _CODE.search(text)
    if status:
        why = f"it answered {status[1]}{f' {code[1]}' if code else ''}"
    else:
        # the first line says what went wrong; a URL in it may be long, and the rest
        # is the library's own report
        why = text.splitlines()[0].rpartition(" - ")[2].removeprefix("HTTP error: ")
    msg = f"the store failed: {why}"
    return Unavailable(msg, address=address, hint="try again in a while")
