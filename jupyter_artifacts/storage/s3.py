"""S3, and what speaks like it: where it is, and whose credentials are used.

Credentials, region and endpoint come as boto3 finds them (environment, profiles, SSO,
instance roles). Where the environment says it all boto3 is not even imported, which
would take a quarter of a second.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from jupyter_artifacts.errors import NoCredentials, StoreRefused, Unavailable
from jupyter_artifacts.storage.bucket_faults import bucket_faults, status_of
from jupyter_artifacts.storage.multipart import sign_plainly, upload_in_parts
from jupyter_artifacts.storage.wire import RETRY, TIMES, WireBucket

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from jupyter_artifacts.storage.bucket import ObjectInfo, Upload

_REGION: Final = "us-east-1"
_AWS: Final = (".amazonaws.com", ".amazonaws.com.cn")
ATTEMPTS: Final = 3  # of boto3; the transfer goes on trying
_COPY_AT_MOST: Final = 5 << 30
_KEY_LIVES: Final = 240.0  # seconds; boto3 itself renews long before a key ends


def s3_bucket(name: str) -> S3Bucket:
    """Return a bucket, with the credentials of this process.

    Raises:
        NoCredentials: when no provider of boto3's chain has any.
        Unavailable: when the extra is not installed.
    """
    return S3Bucket(name)


class S3Bucket(WireBucket):
    """A bucket of S3: obstore moves bytes, boto3 does what obstore has no call for.

    Args:
        name: of the bucket.
    """

    def __init__(self, name: str) -> None:
        super().__init__(lambda refused: _open(name, refused=refused), f"s3://{name}")
        self._name = name

    def upload(self, upload: Upload) -> tuple[ObjectInfo, str]:
        """Store a large file in parts of 8 MiB; return it, and the file's digest."""
        with bucket_faults(self._uri(upload.key), "the file cannot be stored"):
            return upload_in_parts(s3_client(), self._name, upload)

    def copy(self, source: str, target: str) -> None:
        """Copy an object within the bucket; S3 copies large ones in parts only."""
        if self.head(source).size <= _COPY_AT_MOST:
            super().copy(source, target)
            return
        with bucket_faults(self._uri(source), "the file cannot be copied"):
            place = {"Bucket": self._name, "Key": source}
            s3_client().copy(place, self._name, target)

    def abandon(self, prefix: str, before: float) -> int:
        """Give up uploads below a prefix that began before a time; say how many."""
        client, given_up = s3_client(), 0
        too_old = datetime.fromtimestamp(before, UTC)
        with bucket_faults(self._uri(prefix), "old uploads cannot be given up"):
            pages = client.get_paginator("list_multipart_uploads").paginate(
                Bucket=self._name, Prefix=prefix
            )
            for page in pages:
                for one in page.get("Uploads", ()):
                    if one["Initiated"] < too_old:
                        which = {"Key": one["Key"], "UploadId": one["UploadId"]}
                        client.abort_multipart_upload(Bucket=self._name, **which)
                        given_up += 1
        return given_up

    def versioned(self) -> bool:
        """Return whether the bucket keeps what is overwritten or deleted."""
        with bucket_faults(self.address, "the bucket cannot be looked at"):
            said = s3_client().get_bucket_versioning(Bucket=self._name)
            return bool(said.get("Status") == "Enabled")


def s3_client() -> Any:
    """Return boto3's client: what obstore has no call for.

    Raises:
        Unavailable: when the extra is not installed.
    """
    # another endpoint or key in the environment is another client
    return _client(tuple(os.environ.get(name, "") for name in _SAY))


_SAY: Final = (
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "AWS_CA_BUNDLE",
)


@lru_cache(maxsize=4)
def _client(_said: tuple[str, ...]) -> Any:
    with bucket_faults("s3://", "S3 cannot be reached"):
        return _new_client(_session())


def _new_client(session: Any) -> Any:
    from botocore.config import Config

    endpoint = _endpoint(os.environ)
    said: dict[str, Any] = {}
    if endpoint:
        said["addressing_style"] = "path"
    if not endpoint.startswith("http://"):
        # TLS keeps the bytes, and each part's checksum goes with it
        said["payload_signing_enabled"] = False
    config = Config(
        connect_timeout=10,
        read_timeout=60,
        max_pool_connections=32,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        s3=said,
        # what we send we checksum ourselves; many stores know none of AWS's own ways
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        tcp_keepalive=True,
    )
    region = session.region_name or _region(os.environ) or _REGION
    client = session.client("s3", region_name=region, config=config)
    sign_plainly(client)
    return client


def _session() -> Any:
    try:
        import boto3
    except ImportError as error:
        raise missing_extra("s3://", "boto3") from error
    return boto3.session.Session()


def _open(name: str, *, refused: bool) -> Any:
    """Open a bucket; ask boto3 when the environment's own word was refused."""
    try:
        from obstore.store import S3Store
    except ImportError as error:
        raise missing_extra(f"s3://{name}", "obstore") from error
    options = None if refused else _said(os.environ)
    if options is None:
        with bucket_faults(f"s3://{name}", "the bucket cannot be reached"):
            options = _found(name)
    return S3Store(name, retry_config=RETRY, **options)


def _said(environ: Mapping[str, str]) -> dict[str, Any] | None:
    """Return what the environment alone says; None when that is not enough."""
    endpoint = _endpoint(environ)
    key, secret = (
        environ.get(name) for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    )
    file = Path(environ.get("AWS_CONFIG_FILE") or "~/.aws/config").expanduser()
    region = _region(environ)
    if not (key and secret and (endpoint or region)) or file.is_file():
        return None
    options: dict[str, Any] = {
        "access_key_id": key,
        "secret_access_key": secret,
        "region": region or _REGION,
        **_place(endpoint, environ.get("AWS_CA_BUNDLE", "")),
    }
    if token := environ.get("AWS_SESSION_TOKEN"):
        options["session_token"] = token
    return options


def _found(name: str) -> dict[str, Any]:
    """Return what boto3's chain of providers and files says."""
    session = _session()
    if session.get_credentials() is None:
        msg = "there are no credentials for S3 on this machine"
        hint = "set AWS_PROFILE or AWS_ACCESS_KEY_ID, or sign in with aws sso login"
        raise NoCredentials(msg, address=f"s3://{name}", hint=hint)
    from datetime import timedelta

    from obstore.auth.boto3 import Boto3CredentialProvider

    client = _new_client(session)
    endpoint: str = client.meta.endpoint_url
    region = client.meta.region_name
    if (urlsplit(endpoint).hostname or "").endswith(_AWS):
        endpoint, region = "", _region_of(client, name) or region
    lives: timedelta = timedelta(seconds=_KEY_LIVES)
    return {
        "credential_provider": Boto3CredentialProvider(session, ttl=lives),
        "region": region,
        **_place(endpoint, os.environ.get("AWS_CA_BUNDLE") or _bundle_of(session)),
    }


def _place(endpoint: str, bundle: str) -> dict[str, Any]:
    client: dict[str, Any] = dict(TIMES)
    if endpoint.startswith("http://"):
        client["allow_http"] = True
    elif bundle:
        try:
            client["root_certificate"] = Path(bundle).read_bytes()
        except OSError as error:
            msg = f"the certificates cannot be read: {error.strerror}"
            hint = "correct AWS_CA_BUNDLE"
            raise StoreRefused(msg, address=bundle, hint=hint) from error
    place: dict[str, Any] = {"client_options": client}
    if endpoint:
        place["endpoint"] = endpoint
    else:
        place["checksum_algorithm"] = "CRC64NVME"
    return place


def _region_of(client: Any, name: str) -> str:
    """Return where AWS says that a bucket lies; it says so even when it refuses."""
    from botocore.exceptions import ClientError

    try:
        said = client.head_bucket(Bucket=name)
    except ClientError as error:
        if status_of(error)[0] not in {301, 400, 403}:
            raise
        said = error.response
    headers: Mapping[str, str] = said["ResponseMetadata"]["HTTPHeaders"]
    return headers.get("x-amz-bucket-region", "")


def _bundle_of(session: Any) -> str:
    said = session._session.get_config_variable("ca_bundle")  # noqa: SLF001 - its own
    return said or ""


def _region(environ: Mapping[str, str]) -> str:
    return environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or ""


def _endpoint(environ: Mapping[str, str]) -> str:
    if environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        return ""
    return environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL") or ""


def missing_extra(address: str, library: str) -> Unavailable:
    """Return the error that says how to install what a bucket needs."""
    extra = "gcs" if address.startswith("gs:") else "s3"
    msg = f"{library} is not installed, which this bucket needs"
    hint = f"pip install 'jupyter-artifacts[{extra}]'"
    return Unavailable(msg, address=address, hint=hint)
