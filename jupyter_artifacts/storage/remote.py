"""Objects of other people's buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from jupyter_artifacts.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Buffer

    from jupyter_artifacts.records.assets import Asset


class RemoteStore(Protocol):
    """A bucket that we point at."""

    def look(self, assets: Sequence[Asset]) -> list[str]:
        """Say of each object "", "changed at source" or "gone"."""

    def fetch(self, asset: Asset, start: int, length: int) -> Buffer:
        """Return bytes of exactly the recorded version of an object."""


def remote_of(uri: str) -> RemoteStore:
    """Return the store of a URI's bucket.

    Raises:
        Unavailable: for now always: no object store is known here.
    """
    msg = "this version reaches no buckets"
    raise Unavailable(msg, address=uri, hint="download the files that are here")
