"""Objects and links that an artifact points at and does not hold."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.addresses import reason_against_path
from jupyter_artifacts.errors import InvalidPath, NoCredentials
from jupyter_artifacts.records.assets import Asset, AssetKind
from jupyter_artifacts.records.media_types import media_type_of
from jupyter_artifacts.team.callers import warn_caller

if TYPE_CHECKING:
    from collections.abc import Iterator

_BUCKETS: Final = ("s3", "gs", "gcs")


def look_up(uri: str, *, cap: int) -> Iterator[Asset] | None:
    """Return the objects that a URI names; None when it can only be kept as a link.

    Args:
        uri: of an object or a prefix in a bucket, or anything.
        cap: more objects than so many are an error.
    """
    from jupyter_artifacts.storage import remote

    scheme = uri.partition("://")[0].lower() if "://" in uri else ""
    if scheme not in _BUCKETS:
        return None
    remote.check_uri(uri)
    try:
        found = iter(remote.remote_of(uri).expand(uri, cap))
        first = list(islice(found, 1))  # who has no credentials is told here
    except NoCredentials as error:
        warn_caller(
            f"{uri} is kept as a plain link: {error.message}; nothing of it is "
            "checked, and no download fetches it"
        )
        return None
    return chain(first, found)


def linked(uri: str, name: str) -> Asset:
    """Return a line that links to something.

    Raises:
        InvalidRequest: when the URI holds a signature or a secret.
        InvalidPath: when it gives no name, and none was given.
    """
    from jupyter_artifacts.storage import remote

    remote.check_uri(uri)
    rest = uri.partition("://")[2] or uri
    last = rest.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]
    path = name or last
    if reason := reason_against_path(path):
        msg = f"{path!r} cannot be the path of a file: {reason}"
        raise InvalidPath(msg, address=uri, hint="say name=… for what it is called")
    kind = AssetKind.LINK
    return Asset(path=path, size=0, kind=kind, link=uri, media_type=media_type_of(path))
