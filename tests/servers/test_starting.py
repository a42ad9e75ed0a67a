import sys

import pytest

from tests.servers.gcs import gcs
from tests.servers.moto import moto
from tests.servers.starting import answers, free_port, process


def port_of(server):
    return int(server.endpoint.rpartition(":")[2])


def test_moto_keeps_versions_and_is_gone_after_the_block():
    with moto() as server:
        client = server.client()
        bucket = server.make_bucket("versioned")
        first = client.put_object(Bucket=bucket, Key="a", Body=b"one")["VersionId"]
        client.put_object(Bucket=bucket, Key="a", Body=b"two")
        old = client.get_object(Bucket=bucket, Key="a", VersionId=first)["Body"].read()
        assert old == b"one"
    assert not answers(port_of(server))


def test_the_gcs_emulator_keeps_bytes_and_is_gone_after_the_block():
    with gcs() as server:
        bucket = server.client().bucket(server.make_bucket("plain"))
        bucket.blob("a").upload_from_string(b"one")
        assert bucket.blob("a").download_as_bytes() == b"one"
    assert not answers(port_of(server))


def test_a_server_that_ends_at_once_is_an_error_with_its_last_words():
    broken = [sys.executable, "-c", "raise SystemExit('no such port')"]
    with (
        pytest.raises(RuntimeError, match="did not start:\nno such port"),
        process(broken, free_port()),
    ):
        pass
