"""Objects of a real S3 server, pointed at by a version and fetched as they were."""

import uuid

import msgspec
import pytest

from jupyter_artifacts.errors import ChangedAtSource, Gone, InvalidRequest
from jupyter_artifacts.storage.remote import remote_of
from jupyter_artifacts.team.drafts import Artifact
from jupyter_artifacts.transfer.saving import ToSave


@pytest.fixture(name="s3")
def _s3(moto_server, monkeypatch):
    for name, value in moto_server.environment().items():
        monkeypatch.setenv(name, value)
    return moto_server.client()


@pytest.fixture(name="bucket", params=["versioned", "plain"])
def _bucket(request, moto_server, s3):
    versioned = request.param == "versioned"
    name = moto_server.make_bucket(f"t-{uuid.uuid4().hex[:20]}", versioned=versioned)
    put = {"data/a.bin": b"a" * 100, "data/empty": b"", "data/sub/b c&d.txt": b"b"}
    for key, body in put.items():
        s3.put_object(Bucket=name, Key=key, Body=body)
    return name


def log(team, uri, **said):
    art = Artifact("my-data", type="dataset")
    art.add_remote(uri, **said)
    art.add(b"own", name="own.txt")
    logged = team.carrier.log_artifact(art.files(), **art.said())
    return team.artifact(f"my-data@{logged.version.version}")


def test_a_prefix_is_downloaded_as_it_was_listed(alice, bucket, tmp_path):
    version = log(alice, f"s3://{bucket}/data/")
    files = {asset.path: asset for asset in version.files()}
    assert sorted(files) == ["a.bin", "empty", "own.txt", "sub/b c&d.txt"]
    assert (version.record.remote, version.record.bytes) == (3, 104)
    receipt = version.download(tmp_path / "there")
    assert (tmp_path / "there/a.bin").read_bytes() == b"a" * 100
    assert (tmp_path / "there/empty").read_bytes() == b""
    assert (tmp_path / "there/sub/b c&d.txt").read_bytes() == b"b"
    assert "not checked" not in receipt.checks
    assert version.open("a.bin").read() == b"a" * 100


def test_what_changed_since_is_never_other_bytes(alice, bucket, s3, tmp_path):
    version = log(alice, f"s3://{bucket}/data/a.bin", name="x.bin")
    s3.put_object(Bucket=bucket, Key="data/a.bin", Body=b"z" * 100)
    (line, _) = sorted(version.files(), key=lambda asset: asset.kind, reverse=True)
    assert line.path == "x.bin"
    if line.version_id:
        version.download(tmp_path / "there")
        assert (tmp_path / "there/x.bin").read_bytes() == b"a" * 100
    else:
        with pytest.raises(ChangedAtSource, match=r"1 of 2 files .*x\.bin"):
            version.download(tmp_path / "there")
        assert not (tmp_path / "there/own.txt").exists()


def test_what_is_gone_is_said_before_a_byte_moves(alice, bucket, s3, tmp_path):
    version = log(alice, f"s3://{bucket}/data/")
    for found in s3.list_object_versions(Bucket=bucket)["Versions"]:
        s3.delete_object(Bucket=bucket, Key=found["Key"], VersionId=found["VersionId"])
    with pytest.raises(Gone, match="3 of 4 files"):
        version.download(tmp_path / "there")
    assert not (tmp_path / "there/own.txt").exists()


def test_the_same_objects_make_no_new_version(alice, bucket, s3):
    assert log(alice, f"s3://{bucket}/data/").version == "v0"
    assert log(alice, f"s3://{bucket}/data/").version == "v0"
    s3.put_object(Bucket=bucket, Key="data/a.bin", Body=b"new")
    assert log(alice, f"s3://{bucket}/data/").version == "v1"


def test_more_objects_than_the_cap_are_refused(bucket):
    with pytest.raises(InvalidRequest, match="more than 2 objects"):
        Artifact("my-data").add_remote(f"s3://{bucket}/data/", cap=2)


def test_without_credentials_it_is_a_link(alice, bucket, monkeypatch, tmp_path):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.warns(UserWarning, match="kept as a plain link"):
        version = log(alice, f"s3://{bucket}/data/")
    receipt = version.download(tmp_path / "there")
    assert receipt.outcomes == {"written": 1, "link": 1}


@pytest.fixture(name="log_as")
def _log_as(alice, moto_server, s3):
    """Log an object of a versioned bucket with a checksum that its bytes have not."""

    def log_as(checksum, etag="", **put):
        bucket = moto_server.make_bucket(f"t-{uuid.uuid4().hex[:20]}")
        s3.put_object(Bucket=bucket, Key="a.txt", Body=b"bytes", **put)
        uri = f"s3://{bucket}/a.txt"
        (asset,) = remote_of(uri).expand(uri)
        said = {"checksum": checksum, "etag": etag or asset.etag}
        wrong = msgspec.structs.replace(asset, **said)
        alice.carrier.log_artifact([ToSave(path="a.txt", asset=wrong)], name="far")
        return alice.artifact("far@v0")

    return log_as


def test_an_object_that_kms_encrypts_is_downloaded_and_not_checked(log_as, tmp_path):
    etag = "0" * 32  # looks like an MD5
    version = log_as(f"md5:{etag}", etag, ServerSideEncryption="aws:kms")
    receipt = version.download(tmp_path / "there")
    assert (tmp_path / "there/a.txt").read_bytes() == b"bytes"
    assert receipt.checks == {"not checked": 1}


def test_an_etag_that_is_an_md5_of_other_bytes_is_refused(log_as, tmp_path):
    etag = "0" * 32
    version = log_as(f"md5:{etag}", etag)
    with pytest.raises(ChangedAtSource, match="do not match md5:0000"):
        version.download(tmp_path / "there")
    assert not (tmp_path / "there/a.txt").exists()


@pytest.mark.parametrize("checksum", ["md5:" + "1" * 32, "crc32c:00000000"])
def test_a_remote_object_that_is_read_is_checked_by_what_was_recorded(log_as, checksum):
    version = log_as(checksum)
    with (
        version.open("a.txt") as file,
        pytest.raises(ChangedAtSource, match="not those that were recorded"),
    ):
        file.read()
    with pytest.raises(ChangedAtSource, match="not those that were recorded"):
        version.load("a.txt")


def test_a_remote_object_that_kms_encrypts_is_read(log_as):
    etag = "0" * 32
    version = log_as(f"md5:{etag}", etag, ServerSideEncryption="aws:kms")
    assert version.load("a.txt") == "bytes"
