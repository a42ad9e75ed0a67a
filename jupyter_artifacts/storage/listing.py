"""Listing the objects of a bucket with their versions and checksums."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.errors import NotFound, StoreRefused, Unavailable
from jupyter_artifacts.storage.bucket import ObjectInfo
from jupyter_artifacts.storage.gcs import GoogleBucket, gcs_client
from jupyter_artifacts.storage.s3 import s3_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_artifacts.storage.bucket import Bucket

_MD5: Final = re.compile(r"[0-9a-f]{32}")
_REFUSED: Final = frozenset({"AccessDenied", "InvalidAccessKeyId", "ExpiredToken"})


def list_objects(bucket: Bucket, prefix: str) -> Iterator[ObjectInfo]:
    """Yield every object whose key begins with `prefix`, by key.

    One request for 1,000 objects. On S3 a versioned bucket tells versions, and an
    ETag that is an MD5 becomes a checksum: one of a multipart upload ("…-12") is none,
    nor is any of a bucket that encrypts by KMS.

    Raises:
        NotFound: when there is no such bucket.
        StoreRefused: when the store does not let us.
    """
    scheme, _, name = bucket.address.partition("://")
    if scheme == "s3":
        yield from _list_s3(name, prefix)
    elif isinstance(bucket, GoogleBucket):
        yield from bucket.list(prefix)
    else:
        yield from GoogleBucket(gcs_client(bucket.address).bucket(name)).list(prefix)


def _list_s3(name: str, prefix: str) -> Iterator[ObjectInfo]:
    from botocore.exceptions import BotoCoreError, ClientError

    client = s3_client()
    try:
        kms = _is_kms(client, name)
        versioned = client.get_bucket_versioning(Bucket=name).get("Status") == "Enabled"
        operation = "list_object_versions" if versioned else "list_objects_v2"
        pages = client.get_paginator(operation)
        for page in pages.paginate(Bucket=name, Prefix=prefix):
            for found in page.get("Versions" if versioned else "Contents", ()):
                if found.get("IsLatest", True):
                    yield _info(found, kms=kms)
    except ClientError as error:
        raise _translated(error, f"s3://{name}") from None
    except BotoCoreError as error:
        msg = f"the store failed: {type(error).__name__}"
        raise Unavailable(msg, address=f"s3://{name}", hint="try again") from None


def _is_kms(client: Any, name: str) -> bool:
    """Return whether a bucket encrypts by KMS, so that its ETags are no MD5s.

    A store that cannot tell has no KMS, or does not let us ask: then, to be sure, no
    ETag is taken for an MD5.
    """
    from botocore.exceptions import ClientError

    try:
        said = client.get_bucket_encryption(Bucket=name)
    except ClientError as error:
        none = {"ServerSideEncryptionConfigurationNotFoundError", "NotImplemented"}
        code = error.response.get("Error", {}).get("Code", "")
        return code not in {*none, "NoSuchBucketEncryptionConfiguration"}
    # Ceph answers with a configuration that has none
    rules = said["ServerSideEncryptionConfiguration"].get("Rules", ())
    return any(
        "kms" in rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"]
        for rule in rules
        if "ApplyServerSideEncryptionByDefault" in rule
    )


def _info(found: dict[str, Any], *, kms: bool) -> ObjectInfo:
    etag = found["ETag"].strip('"')
    version = found.get("VersionId", "")
    return ObjectInfo(
        key=found["Key"],
        size=found["Size"],
        etag=etag,
        modified=found["LastModified"].timestamp(),
        version="" if version == "null" else version,
        checksum=f"md5:{etag}" if _MD5.fullmatch(etag) and not kms else "",
    )


def _translated(error: Any, address: str) -> Exception:
    code = error.response.get("Error", {}).get("Code", "")
    if code in {"NoSuchBucket", "404"}:
        hint = "check the name, or make the bucket"
        return NotFound("there is no such bucket", address=address, hint=hint)
    if code in _REFUSED or code == "403":
        msg = f"the store does not let these credentials do this ({code})"
        hint = "check the keys and their policy"
        return StoreRefused(msg, address=address, hint=hint)
    msg = f"the store failed: it answered {code}"
    return Unavailable(msg, address=address, hint="try again in a while")
