"""Google Cloud Storage: where it is, and whose credentials are used.

Credentials come as Google's own library finds them (application default credentials).
An emulator (STORAGE_EMULATOR_HOST) does not speak the XML interface that obstore
moves bytes by, so there Google's own client moves them.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.errors import (
    ChangedAtSource,
    Conflict,
    Gone,
    NoCredentials,
    StoreRefused,
    Unavailable,
)
from jupyter_artifacts.storage.bucket import ObjectInfo
from jupyter_artifacts.storage.bucket_faults import bucket_faults, missing_extra
from jupyter_artifacts.storage.checksums import from_base64
from jupyter_artifacts.storage.requests import check_whole
from jupyter_artifacts.storage.resumable import upload_by_session
from jupyter_artifacts.storage.wire import RETRY, TIMES, WireBucket

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from typing_extensions import Buffer

    from jupyter_artifacts.storage.bucket import Bucket, Upload

_CANNOT_READ: Final = "the file cannot be read"
_CANNOT_STORE: Final = "the file cannot be stored"


def gcs_bucket(name: str) -> Bucket:
    """Return a bucket, with the credentials of this process.

    Raises:
        NoCredentials: when Google's library finds none.
        Unavailable: when the extra is not installed.
    """
    if os.environ.get("STORAGE_EMULATOR_HOST"):
        return GoogleBucket(gcs_client(f"gs://{name}").bucket(name))
    return GCSBucket(name)


class GCSBucket(WireBucket):
    """A bucket of Google Cloud Storage: obstore moves bytes, Google's client the rest.

    Args:
        name: of the bucket.
    """

    def __init__(self, name: str) -> None:
        super().__init__(lambda _refused: _open(name), f"gs://{name}")
        self._name = name

    def upload(self, upload: Upload) -> tuple[ObjectInfo, str]:
        """Store a large file in parts of 8 MiB; return it, and the file's digest."""
        with bucket_faults(self._uri(upload.key), _CANNOT_STORE):
            return upload_by_session(self._handle(), upload, self._uri(upload.key))

    def abandon(self, prefix: str, before: float) -> int:
        """Return 0: Google gives unfinished uploads up by itself, after a week."""
        del prefix, before
        return 0

    def versioned(self) -> bool:
        """Return whether the bucket keeps what is overwritten or deleted."""
        with bucket_faults(self.address, "the bucket cannot be looked at"):
            handle = self._handle()
            handle.reload()
            return bool(handle.versioning_enabled)

    def presign(self, key: str, seconds: float) -> str:
        """Return a URL that reads an object without credentials for a while."""
        with bucket_faults(self._uri(key), "no URL can be signed"):
            try:
                url: str = (
                    self._handle()
                    .blob(key)
                    .generate_signed_url(
                        version="v4", expiration=timedelta(seconds=seconds)
                    )
                )
            except AttributeError as error:  # what it says of a person's account
                msg = "no URL can be signed with these credentials"
                hint = "use a service account's (GOOGLE_APPLICATION_CREDENTIALS)"
                raise StoreRefused(msg, address=self._uri(key), hint=hint) from error
            return url

    def _handle(self) -> Any:
        return gcs_client(self.address).bucket(self._name)


def _open(name: str) -> Any:
    try:
        from obstore.auth.google import GoogleCredentialProvider
        from obstore.store import GCSStore
    except ImportError as error:
        raise missing_extra(f"gs://{name}", "google-cloud-storage") from error
    with _signed_in(f"gs://{name}"):
        provider = GoogleCredentialProvider()
    return GCSStore(
        name, credential_provider=provider, client_options=TIMES, retry_config=RETRY
    )


def gcs_client(address: str) -> Any:
    """Return Google's client: what obstore has no call for.

    Raises:
        NoCredentials: when Google's library finds none.
        Unavailable: when the extra is not installed.
    """
    # the environment names another emulator: another client
    return _client(address, os.environ.get("STORAGE_EMULATOR_HOST", ""))


@lru_cache(maxsize=4)
def _client(address: str, endpoint: str) -> Any:
    try:
        from google.auth.credentials import AnonymousCredentials
        from google.cloud import storage
    except ImportError as error:
        raise missing_extra(address, "google-cloud-storage") from error
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
        del whole  # a range costs the emulator nothing
        with bucket_faults(self._uri(key), _CANNOT_READ):
            if version or etag:  # which emulators ignore
                now = self.head(key)
                if (version or now.version, etag or now.etag) != (
                    now.version,
                    now.etag,
                ):
                    msg = "another object has taken its place"
                    hint = "look at the listing again"
                    raise ChangedAtSource(msg, address=self._uri(key), hint=hint)
            content: bytes = self._bucket.blob(key).download_as_bytes(
                start=start,
                end=start + length - 1,
                raw_download=True,
                retry=None,
                checksum=None,
            )
            return content

    def stream(
        self, key: str, start: int, length: int, *, version: str = ""
    ) -> Iterator[Buffer]:
        """Return an iterator of exactly these bytes, which come in one piece."""
        content = self.get(key, start, length, version=version)
        check_whole(key, memoryview(content).nbytes, length)
        return iter([content])

    def put(
        self,
        key: str,
        parts: Sequence[Buffer],
        metadata: Mapping[str, str],
        *,
        create: bool = False,
    ) -> ObjectInfo:
        """Store an object, whole or not at all, checked by its CRC32C.

        An emulator ignores conditions, so `create` is looked at before.
        """
        with bucket_faults(self._uri(key), _CANNOT_STORE):
            blob = self._bucket.blob(key)
            if create and blob.exists(retry=None):
                msg = f"{_CANNOT_STORE}: another stands there"
                raise Conflict(msg, address=self._uri(key))
            blob.metadata = dict(metadata)
            blob.upload_from_string(
                b"".join(parts),
                "application/octet-stream",
                retry=None,
                checksum="crc32c",
            )
            return _info(blob)

    def upload(self, upload: Upload) -> tuple[ObjectInfo, str]:
        """Store a large file in parts of 8 MiB; return it, and the file's digest."""
        with bucket_faults(self._uri(upload.key), _CANNOT_STORE):
            return upload_by_session(self._bucket, upload, self._uri(upload.key))

    def abandon(self, prefix: str, before: float) -> int:
        """Return 0: an emulator forgets everything by itself."""
        del prefix, before
        return 0

    def versioned(self) -> bool:
        """Return whether the bucket keeps what is overwritten or deleted."""
        with bucket_faults(self.address, "the bucket cannot be looked at"):
            self._bucket.reload(retry=None)
            return bool(self._bucket.versioning_enabled)

    def head(self, key: str, version: str = "") -> ObjectInfo:
        """Return what an object is, with its checksum and metadata."""
        with bucket_faults(self._uri(key), _CANNOT_READ):
            blob = self._bucket.blob(key, generation=int(version) if version else None)
            blob.reload(retry=None)
            return _info(blob)

    def copy(self, source: str, target: str) -> None:
        """Copy an object within the bucket, without moving its bytes to here."""
        with bucket_faults(self._uri(source), "the file cannot be copied"):
            self._bucket.copy_blob(
                self._bucket.blob(source), self._bucket, target, retry=None
            )

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects; those that are not there are deleted already."""
        for key in list(keys):
            with (
                suppress(Gone),
                bucket_faults(self._uri(key), "the file cannot be deleted"),
            ):
                self._bucket.blob(key).delete(retry=None)

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """Yield every object whose key begins so, by key."""
        with bucket_faults(self._uri(prefix), "the bucket cannot be listed"):
            for blob in self._bucket.list_blobs(prefix=prefix):
                yield _info(blob)

    def presign(self, key: str, seconds: float) -> str:
        """Refuse: an emulator has no keys to sign with."""
        msg = f"no URL can be signed for {seconds:.0f} seconds by an emulator"
        raise Unavailable(msg, address=self._uri(key))

    def _uri(self, key: str) -> str:
        return f"{self.address}/{key}"


def _info(blob: Any) -> ObjectInfo:
    checksum = ""
    if blob.crc32c:
        checksum = from_base64("crc32c", blob.crc32c)
    return ObjectInfo(
        key=blob.name,
        size=blob.size or 0,
        etag=(blob.etag or "").strip('"'),
        modified=blob.updated.timestamp() if blob.updated else 0.0,
        version=str(blob.generation or ""),
        checksum=checksum,
        metadata=blob.metadata or {},
    )
