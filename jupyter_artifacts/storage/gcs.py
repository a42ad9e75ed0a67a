"""Google Cloud Storage: where it is, and whose credentials are used.

Credentials come as Google's own library finds them (application default credentials).
An emulator (STORAGE_EMULATOR_HOST) does not speak the XML interface that obstore
moves bytes by, so there Google's own client moves them.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.errors import (
    ArtifactsError,
    ChangedAtSource,
    Gone,
    NoCredentials,
    StoreRefused,
    Unavailable,
)
from jupyter_artifacts.storage.bucket import ObjectInfo
from jupyter_artifacts.storage.checksums import from_base64
from jupyter_artifacts.storage.s3 import missing_extra
from jupyter_artifacts.storage.wire import RETRY, TIMES, WireBucket

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from typing_extensions import Buffer

    from jupyter_artifacts.storage.bucket import Bucket

_TOO_SHORT: Final = 416


def gcs_bucket(name: str) -> Bucket:
    """Return a bucket, with the credentials of this process.

    Raises:
        NoCredentials: when Google's library finds none.
        Unavailable: when the extra is not installed.
    """
    if os.environ.get("STORAGE_EMULATOR_HOST"):
        return GoogleBucket(gcs_client(f"gs://{name}").bucket(name))
    try:
        from obstore.auth.google import GoogleCredentialProvider
        from obstore.store import GCSStore
    except ImportError as error:
        raise missing_extra(f"gs://{name}", "google-cloud-storage") from error
    with _signed_in(f"gs://{name}"):
        provider = GoogleCredentialProvider()
    store = GCSStore(
        name, credential_provider=provider, client_options=TIMES, retry_config=RETRY
    )
    return WireBucket(store, f"gs://{name}")


@lru_cache(maxsize=4)
def gcs_client(address: str) -> Any:
    """Return Google's client: what obstore has no call for.

    Raises:
        NoCredentials: when Google's library finds none.
        Unavailable: when the extra is not installed.
    """
    try:
        from google.auth.credentials import AnonymousCredentials
        from google.cloud import storage
    except ImportError as error:
        raise missing_extra(address, "google-cloud-storage") from error
    endpoint = os.environ.get("STORAGE_EMULATOR_HOST")
    if endpoint:
        return storage.Client(
            project=os.environ.get("GOOGLE_CLOUD_PROJECT", "none"),
            credentials=AnonymousCredentials(),  # type: ignore[no-untyped-call]
            client_options={"api_endpoint": endpoint},
        )
    with _signed_in(address):
        return storage.Client()


@contextmanager
def _signed_in(address: str) -> Iterator[None]:
    from google.auth.exceptions import DefaultCredentialsError

    try:
        yield
    except DefaultCredentialsError as error:
        msg = "there are no credentials for Google Cloud Storage on this machine"
        hint = "sign in: gcloud auth application-default login"
        raise NoCredentials(msg, address=address, hint=hint) from error


class GoogleBucket:
    """A bucket behind Google's own client.

    Args:
        bucket: of google.cloud.storage.
    """

    def __init__(self, bucket: Any) -> None:
        self._bucket = bucket
        self.address = f"gs://{bucket.name}"

    def get(
        self, key: str, start: int, length: int, *, version: str = "", etag: str = ""
    ) -> Buffer:
        """Return bytes of an object, fewer where it ends before."""
        with self._translated(key):
            blob = self._bucket.blob(key, generation=int(version) if version else None)
            if etag:
                blob.reload()
                if blob.etag != etag:
                    msg = "the object is another one by now"
                    raise ChangedAtSource(msg, address=f"{self.address}/{key}")
            content: bytes = blob.download_as_bytes(
                start=start, end=start + length - 1, retry=None, checksum=None
            )
            return content

    def put(
        self, key: str, parts: Iterable[Buffer], size: int, metadata: Mapping[str, str]
    ) -> ObjectInfo:
        """Store an object, whole or not at all."""
        with self._translated(key):
            blob = self._bucket.blob(key)
            blob.metadata = dict(metadata)
            whole = b"".join(parts)
            if len(whole) != size:
                msg = f"{len(whole):,} bytes came instead of {size:,}"
                raise ChangedAtSource(msg, address=f"{self.address}/{key}")
            blob.upload_from_string(whole, "application/octet-stream", retry=None)
            return _info(blob)

    def head(self, key: str, version: str = "") -> ObjectInfo:
        """Return what an object is, with its checksum and metadata."""
        with self._translated(key):
            blob = self._bucket.blob(key, generation=int(version) if version else None)
            blob.reload(retry=None)
            return _info(blob)

    def copy(self, source: str, target: str) -> None:
        """Copy an object within the bucket, without moving its bytes to here."""
        with self._translated(source):
            self._bucket.copy_blob(
                self._bucket.blob(source), self._bucket, target, retry=None
            )

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects; those that are not there are deleted already."""
        for key in list(keys):
            try:
                with self._translated(key):
                    self._bucket.blob(key).delete(retry=None)
            except Gone:
                continue

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """Yield every object whose key begins so, by key."""
        with self._translated(prefix):
            for blob in self._bucket.list_blobs(prefix=prefix):
                yield _info(blob)

    def presign(self, key: str, seconds: float) -> str:
        """Refuse: an emulator has no keys to sign with."""
        msg = f"no URL can be signed for {seconds:.0f} seconds by an emulator"
        raise Unavailable(msg, address=f"{self.address}/{key}")

    @contextmanager
    def _translated(self, key: str) -> Iterator[None]:
        """Turn what Google's client raises into our errors."""
        from google.api_core import exceptions

        address = f"{self.address}/{key}"
        try:
            yield
        except ArtifactsError:
            raise
        except exceptions.NotFound:
            msg = "the file cannot be read: it is no longer there"
            hint = "look at the listing again"
            raise Gone(msg, address=address, hint=hint) from None
        except exceptions.PreconditionFailed:
            msg = "the object is another one by now"
            raise ChangedAtSource(msg, address=address) from None
        except (exceptions.Forbidden, exceptions.Unauthorized):
            msg = "the store does not let these credentials do this"
            hint = "check the account and its roles"
            raise StoreRefused(msg, address=address, hint=hint) from None
        except exceptions.GoogleAPICallError as error:
            raise _failed(error, address) from None
        except OSError as error:  # what requests raises of a connection
            msg = f"the store failed: {type(error).__name__}"
            raise Unavailable(msg, address=address, hint="try again") from None


def _failed(error: Any, address: str) -> ArtifactsError:
    if error.code == _TOO_SHORT:
        msg = "the object ends before the bytes that were recorded"
        return ChangedAtSource(msg, address=address)
    msg = f"the store failed: it answered {error.code}"
    return Unavailable(msg, address=address, hint="try again in a while")


def _info(blob: Any) -> ObjectInfo:
    checksum = ""
    if blob.crc32c:
        checksum = from_base64("crc32c", blob.crc32c)
    return ObjectInfo(
        key=blob.name,
        size=blob.size or 0,
        etag=blob.etag or "",
        modified=blob.updated.timestamp() if blob.updated else 0.0,
        version=str(blob.generation or ""),
        checksum=checksum,
        metadata=blob.metadata or {},
    )
