"""Listing the objects of a bucket with their versions and checksums."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.storage.bucket import ObjectInfo
from jupyter_artifacts.storage.bucket_faults import bucket_faults, status_of
from jupyter_artifacts.storage.gcs import GoogleBucket, gcs_client
from jupyter_artifacts.storage.s3_place import s3_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_artifacts.storage.bucket import Bucket

_DENIED: Final = 403
_PLAIN: Final = "AES256"  # keys of S3 itself: they leave ETags as they are
_MD5: Final = re.compile(r"[0-9a-f]{32}")


def list_objects(bucket: Bucket, prefix: str) -> Iterator[ObjectInfo]:
    """Yield every object whose key begins with `prefix`, by key.

    One request for 1,000 objects. On S3 a versioned bucket tells versions, and an
    ETag that is an MD5 becomes a checksum: one of a multipart upload ("…-12") is none,
    nor is any of a bucket that encrypts by KMS. An object with an encryption of its own
    is told by no listing, see `etag_is_md5`.

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


def etag_is_md5(name: str, key: str, version: str, etag: str) -> bool:
    """Return whether an S3 object's ETag can be the MD5 of its bytes.

    It is not where KMS or a key of the customer encrypts it.

    Raises:
        ChangedAtSource: when it has another ETag by now.
        Gone: when it is no longer there.
    """
    which = {"VersionId": version} if version else {"IfMatch": etag}
    with bucket_faults(f"s3://{name}/{key}", "the object cannot be looked at"):
        said = s3_client().head_object(Bucket=name, Key=key, **which)
    plain = said.get("ServerSideEncryption", _PLAIN) == _PLAIN
    return plain and "SSECustomerAlgorithm" not in said


def _list_s3(name: str, prefix: str) -> Iterator[ObjectInfo]:
    with bucket_faults(f"s3://{name}/{prefix}", "the bucket cannot be listed"):
        client = s3_client()
        kms = _is_kms(client, name)
        for found in _listed(client, {"Bucket": name, "Prefix": prefix}):
            if found.get("IsLatest", True):
                yield _info(found, kms=kms)


def _listed(client: Any, where: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yield objects, with their versions where the bucket tells them."""
    versioned = _tells_versions(client, where)
    operation = "list_object_versions" if versioned else "list_objects_v2"
    for page in client.get_paginator(operation).paginate(**where):
        yield from page.get("Versions" if versioned else "Contents", ())


def _tells_versions(client: Any, where: dict[str, str]) -> bool:
    """Return whether a bucket keeps versions and lets us see them.

    Whoever may only list and read objects is given them as they are: their ETags tell
    whether they changed.
    """
    from botocore.exceptions import ClientError

    try:
        said = client.get_bucket_versioning(Bucket=where["Bucket"])
        if said.get("Status") != "Enabled":
            return False
        client.list_object_versions(**where, MaxKeys=1)
    except ClientError as error:
        if status_of(error)[0] == _DENIED:
            return False
        raise
    return True


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
    # Ceph says that there is a configuration, and then none
    rules = said.get("ServerSideEncryptionConfiguration", {}).get("Rules", ())
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
