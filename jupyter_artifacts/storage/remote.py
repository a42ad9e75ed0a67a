"""Objects of other people's buckets, that we point at and do not hold."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import takewhile
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from jupyter_artifacts.addresses import reason_against_path
from jupyter_artifacts.errors import (
    ChangedAtSource,
    Gone,
    InvalidPath,
    InvalidRequest,
    NotFound,
)
from jupyter_artifacts.records.assets import Asset, AssetKind
from jupyter_artifacts.records.media_types import media_type_of
from jupyter_artifacts.storage.listing import etag_is_md5, list_objects
from jupyter_artifacts.storage.opening import SCHEMES, open_bucket, split_uri
from jupyter_artifacts.storage.requests import check_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from typing_extensions import Buffer

    from jupyter_artifacts.storage.bucket import Bucket, ObjectInfo

CAP: Final = 1_000_000
_LOOKS: Final = 16
# names of parameters, in small letters without "-", "_" and "."
_SECRETS: Final = re.compile(
    r".*(signature|secret|token|passw|credential|apikey|accesskey|privatekey|jwt"
    r"|sessionid|authorization).*"
    r"|sig|hmac|policy|keypairid|pwd|pass|auth|googleaccessid"
)
_PARAMETERS: Final = re.compile(r"[?&;#]")
_SOMEBODY: Final = re.compile(r"[/\\]{2}[^/\\?#]*@")


def check_uri(uri: str) -> str:
    """Return `uri` unless it carries what lets somebody in.

    Raises:
        InvalidRequest: when it has a signature, a token or a password in it.
    """
    why = ""
    clean, *parameters = _PARAMETERS.split(uri)
    host = uri  # it may hold another: jdbc:postgresql://me:secret@host/db
    if uri.partition("://")[0] in SCHEMES:
        # a key may have any character; what signs its URI stands behind "?"
        parameters = _PARAMETERS.split(uri.partition("?")[2])
        host = "/".join(uri.split("/", 3)[:3])
    if _SOMEBODY.search(host):
        why = "a name or password before its host"
    for said in parameters:
        name = unquote_plus(said.partition("=")[0]).strip()
        if _SECRETS.fullmatch(re.sub("[-_.]", "", name.lower())):
            why = f"{name[:40]!r}, which lets whoever reads it in"
    clean = _SOMEBODY.sub("//", clean)
    if why:
        msg = f"the URI carries {why}, and a manifest is read by everyone"
        hint = "give the object's own URI (s3://bucket/key), or download it and add it"
        raise InvalidRequest(msg, address=clean, hint=hint)
    return uri


def remote_of(uri: str) -> RemoteStore:
    """Return the bucket that a URI is in.

    Raises:
        InvalidRequest: when it is no URI of a bucket.
        NoCredentials: when there are none for its store.
        Unavailable: when what the store needs is not installed.
    """
    scheme, name, _ = split_uri(uri)
    return RemoteStore(open_bucket(scheme, name))


def is_vouched_for(asset: Asset) -> bool:
    """Return whether a recorded checksum that bytes do not match is really theirs.

    An ETag is taken for an MD5 where it looks like one. Asked for now, with one request
    for this object alone: objects may be encrypted otherwise than their bucket, and no
    listing tells it.

    Raises:
        ChangedAtSource: when it is another object by now.
        Gone: when it is no longer there.
    """
    scheme, name, key = split_uri(asset.uri)
    if scheme != "s3" or asset.checksum != f"md5:{asset.etag}":
        return True
    return etag_is_md5(name, key, asset.version_id, asset.etag)


class RemoteStore:
    """A bucket that somebody else writes to.

    Args:
        bucket: with the credentials of this process.
    """

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def expand(self, uri: str, cap: int = CAP) -> Iterator[Asset]:
        """Yield one asset for each object at or below `uri`, empty ones too.

        Checksums are those that a listing tells: CRC32C on Google Cloud Storage, MD5
        where an S3 ETag is one. An object's version is its own in a versioned bucket.

        Args:
            uri: of an object, or of a prefix that ends where a folder's name does.
            cap: how many objects at most.

        Raises:
            NotFound: when there is nothing.
            InvalidRequest: when there are more than `cap`, or a URI carries a secret.
            InvalidPath: when a key cannot be a path below the prefix.
        """
        check_uri(uri)
        _, _, prefix = split_uri(uri)
        found = 0
        for info, path, kind in _placed(_meant(self._bucket, prefix), prefix):
            found += 1
            if found > cap:
                msg = f"there are more than {cap:,} objects"
                hint = "name a smaller prefix, or raise the cap"
                raise InvalidRequest(msg, address=uri, hint=hint)
            yield self._asset(info, path, uri, kind)
        if not found:
            msg = "there is no object at or below this URI"
            raise NotFound(msg, address=uri, hint="check the spelling of the prefix")

    def look(self, assets: Sequence[Asset]) -> list[str]:
        """Say of each recorded object what became of it.

        Returns:
            For each, in order: "" when it is there as it was recorded, "changed at
            source" or "gone".
        """
        with ThreadPoolExecutor(_LOOKS, "look") as pool:
            return list(pool.map(self._look, assets))

    def fetch(self, asset: Asset, start: int, length: int) -> Buffer:
        """Return bytes of exactly the recorded version of an object.

        Raises:
            ChangedAtSource: when it is another one by now.
            Gone: when it is no longer there.
            Unavailable: when its store failed for now.
        """
        if not length:
            return b""
        _, _, key = split_uri(asset.uri)
        content = self._bucket.get(
            key, start, length, version=asset.version_id, etag=asset.etag
        )
        check_whole(asset.uri, memoryview(content).nbytes, length)
        return content

    def _look(self, asset: Asset) -> str:
        _, _, key = split_uri(asset.uri)
        try:
            now = self._bucket.head(key, asset.version_id)
        except Gone:
            return "gone"
        except ChangedAtSource:
            return "changed at source"
        same = now.size == asset.size and (
            # a version is one forever, but not every store heeds which is asked for
            now.version in ("", asset.version_id)
            if asset.version_id
            else not asset.etag or now.etag == asset.etag
        )
        return "" if same else "changed at source"

    def _asset(self, info: ObjectInfo, path: str, uri: str, kind: AssetKind) -> Asset:
        if reason := reason_against_path(path):
            shown = info.key.encode("utf-8", "backslashreplace").decode()
            msg = f"the object {shown!r} cannot be part of an artifact: {reason}"
            raise InvalidPath(msg, address=uri, hint="name a prefix without it")
        if kind is AssetKind.FOLDER:
            return Asset(path=path, size=0, modified=info.modified, kind=kind)
        return Asset(
            path=path,
            size=info.size,
            modified=info.modified,
            uri=f"{self._bucket.address}/{info.key}",
            media_type=media_type_of(path),
            kind=kind,
            version_id=info.version,
            etag=info.etag,
            checksum=info.checksum,
        )


def _meant(bucket: Bucket, prefix: str) -> Iterator[ObjectInfo]:
    """Yield the object of this name, and those below it; not what begins alike.

    Of those there may be millions, which would be listed for nothing.
    """
    if prefix and not prefix.endswith("/"):
        # a listing is by key: the object comes first, or there is none
        yield from takewhile(
            lambda one: one.key == prefix, list_objects(bucket, prefix)
        )
    yield from list_objects(bucket, _folder(prefix))


def _placed(
    objects: Iterable[ObjectInfo], prefix: str
) -> Iterator[tuple[ObjectInfo, str, AssetKind]]:
    """Yield what lies at or below a prefix, with its path and what it stands for.

    A folder's own marker, an empty object whose name ends in a slash, is a folder
    when nothing else is in it, and else nothing: its files say that it is there.
    """
    marker: ObjectInfo | None = None
    for info in objects:
        if marker and not info.key.startswith(marker.key):
            yield (
                marker,
                marker.key.removeprefix(_folder(prefix))[:-1],
                AssetKind.FOLDER,
            )
        marker = None
        path = _below(info.key, prefix)
        if path is None:
            continue
        if path.endswith("/") and not info.size:
            marker = info
        else:
            yield info, path, AssetKind.REMOTE
    if marker:
        yield marker, marker.key.removeprefix(_folder(prefix))[:-1], AssetKind.FOLDER


def _below(key: str, prefix: str) -> str | None:
    """Return the path of a key below a prefix; None for what is not below it."""
    if key == prefix:
        return None if key.endswith("/") or not key else key.rpartition("/")[2]
    folder = _folder(prefix)
    return key.removeprefix(folder) or None if key.startswith(folder) else None


def _folder(prefix: str) -> str:
    return prefix if not prefix or prefix.endswith("/") else f"{prefix}/"
