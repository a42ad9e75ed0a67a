"""What a store answers → what a person reads; credentials that end; no secrets."""

import http.client
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_artifacts.errors import (
    ArtifactsError,
    ChangedAtSource,
    Gone,
    NoCredentials,
    NotFound,
    StoreRefused,
    Unavailable,
)
from jupyter_artifacts.storage.bucket_faults import answered, bucket_faults
from jupyter_artifacts.storage.opening import open_bucket, open_storage
from tests.servers.faults import Answer, Cut, Truncate, WholeObject
from tests.servers.proxy import proxy

BODY = bytes(range(256)) * 4096


@pytest.fixture
def between(moto_server, monkeypatch):
    with proxy(moto_server) as running:
        for name, value in running.server.environment().items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def storage(between, tmp_path: Path) -> Any:
    """A storage behind the proxy that holds `BODY` under "a"."""
    name = between.store.make_bucket(f"f-{os.urandom(8).hex()}")
    between.store.client().put_object(Bucket=name, Key="team/a", Body=BODY)
    return open_storage(f"s3://{name}/team", tmp_path / "live")


@pytest.mark.parametrize(
    "fault",
    [
        Cut(1000),
        Truncate(1000),
        Truncate(1000, honest=True),
        WholeObject(),
        Answer(503, "SlowDown"),
        Answer(500, "InternalError"),
        Answer(429, "TooManyRequests"),
    ],
)
def test_what_goes_wrong_on_the_way_may_be_tried_again(storage, between, fault):
    between.fault(fault, "GET", times=None)
    with pytest.raises(Unavailable) as caught:
        storage.fetch("a", 100, 5000)
    assert not isinstance(caught.value, StoreRefused)
    between.forget()
    assert bytes(storage.fetch("a", 100, 5000)) == BODY[100:5100]


def test_a_range_that_the_store_ignores_is_said(storage, between):
    between.fault(WholeObject(), "GET", times=None)
    with pytest.raises(Unavailable, match="ignored the range"):
        storage.fetch("a", 100, 5000)


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (400, "ExpiredToken", "the credentials have expired"),
        (403, "RequestTimeTooSkewed", "this machine's clock"),
        (403, "AccessDenied", "no permission"),
        (403, "InvalidAccessKeyId", "does not know the access key"),
        (403, "SignatureDoesNotMatch", "the secret does not match"),
    ],
)
def test_what_trying_again_does_not_help_is_refused_with_a_cure(
    storage, between, status, code, said
):
    between.fault(Answer(status, code), "GET", times=None)
    with pytest.raises(StoreRefused, match=said) as caught:
        storage.fetch("a", 0, 10)
    assert caught.value.hint


def test_credentials_that_expired_are_looked_for_once_more(
    storage, between, monkeypatch
):
    storage.fetch("a", 0, 1)
    rule = between.fault(Answer(400, "ExpiredToken"), "GET", times=1)

    assert bytes(storage.fetch("a", 0, 10)) == BODY[:10]

    assert rule.hits == 1


def test_credentials_that_stay_expired_do_not_make_a_storm(storage, between):
    between.fault(Answer(400, "ExpiredToken"), "GET", times=None)
    for _ in range(5):
        with pytest.raises(StoreRefused):
            storage.fetch("a", 0, 10)
    assert between.count("GET", "/team/a") <= 6


def test_a_clock_that_is_an_hour_off_is_said(storage, between):
    between.ahead = timedelta(hours=1)
    with pytest.raises(StoreRefused, match="clock") as caught:
        storage.fetch("a", 0, 10)
    assert "NTP" in caught.value.hint


def test_a_bucket_that_is_not_there_is_said(between, tmp_path):
    nowhere = open_storage("s3://not-there-at-all", tmp_path / "live")
    with pytest.raises(NotFound, match="no such bucket"):
        nowhere.fetch("a", 0, 10)


def test_a_store_that_is_not_there_is_said(monkeypatch, tmp_path, moto_server):
    for name, value in moto_server.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    nowhere = open_storage("s3://behind-a-closed-port", tmp_path / "live")
    with pytest.raises(Unavailable, match="cannot be reached"):
        nowhere.fetch("a", 0, 10)


def test_who_has_no_credentials_is_told_how_to_sign_in(monkeypatch, tmp_path):
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(NoCredentials) as caught:
        open_storage("s3://whose-bucket", tmp_path / "live")
    assert "aws sso login" in caught.value.hint


def test_who_has_no_google_credentials_is_told_how_to_sign_in(monkeypatch, tmp_path):
    for name in ("STORAGE_EMULATOR_HOST", "GOOGLE_APPLICATION_CREDENTIALS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    with pytest.raises(NoCredentials) as caught:
        open_storage("gs://whose-google-bucket", tmp_path / "live")
    assert "gcloud auth" in caught.value.hint


def test_a_profile_is_found_as_awss_own_tools_find_it(
    monkeypatch, tmp_path, moto_server
):
    name = moto_server.make_bucket(f"p-{os.urandom(8).hex()}")
    for said in list(os.environ):
        if said.startswith("AWS_"):
            monkeypatch.delenv(said)
    config = tmp_path / "config"
    config.write_text(
        f"[profile team]\nregion = us-east-1\nendpoint_url = {moto_server.endpoint}\n"
        "aws_access_key_id = tester\naws_secret_access_key = a-secret\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "team")
    storage = open_storage(f"s3://{name}", tmp_path / "live")

    storage.store_bytes("a", [b"bytes"])

    assert bytes(storage.fetch("a", 0, 5)) == b"bytes"


def test_a_certificate_file_that_is_not_there_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tester")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret")
    monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    with pytest.raises(StoreRefused, match="certificates cannot be read") as caught:
        open_storage("s3://with-a-bundle", tmp_path / "live")
    assert "AWS_CA_BUNDLE" in caught.value.hint


def test_an_error_tells_no_key_and_no_url(storage, between):
    between.fault(Answer(403, "AccessDenied"), times=None)
    with pytest.raises(StoreRefused) as caught:
        storage.fetch("a", 0, 10)
    told = f"{caught.value} {caught.value.__cause__} {caught.value.__context__}"
    assert caught.value.__suppress_context__
    assert between.store.secret_key not in told
    assert "http" not in str(caught.value)


@given(
    st.integers(400, 599), st.text(st.characters(categories=["L", "Nd"]), max_size=20)
)
def test_every_answer_is_an_error_of_ours_with_the_address(status, code):
    error = answered(status, code, "s3://bucket/a", "it failed")
    assert isinstance(error, ArtifactsError)
    assert error.address == "s3://bucket/a"
    assert error.message.startswith("it failed: ")


def test_statuses_tell_gone_from_changed():
    assert isinstance(answered(404, "NoSuchKey", "a", "b"), Gone)
    assert isinstance(answered(412, "", "a", "b"), ChangedAtSource)
    assert isinstance(answered(416, "InvalidRange", "a", "b"), ChangedAtSource)


@pytest.mark.parametrize(
    ("status", "code", "why"),
    [
        (403, "InvalidAccessKeyId", "the store does not know the access key"),
        (403, "SignatureDoesNotMatch", "the secret does not match the access key"),
        (401, "", "the store does not accept the credentials"),
    ],
)
def test_wrong_credentials_are_not_taken_for_a_wrong_name_of_an_object(
    status, code, why
):
    assert str(answered(status, code, "s3://bucket/a", "it failed")) == (
        f"s3://bucket/a: it failed: {why} (make sure that the credentials are those "
        "of this store and of this account)"
    )


def test_folders_need_neither_boto3_nor_obstore(tmp_path):
    code = (
        "import sys; from pathlib import Path; import jupyter_artifacts;"
        "from jupyter_artifacts.storage.opening import open_storage;"
        "s = open_storage(Path(sys.argv[1]), Path(sys.argv[1]));"
        "s.store_bytes('a', [b'x']); assert bytes(s.fetch('a', 0, 1)) == b'x';"
        "loaded = {'boto3', 'botocore', 'obstore', 'google.cloud'} & set(sys.modules);"
        "assert not loaded, loaded"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)


def test_keys_in_the_environment_need_no_boto3_to_read(storage, between):
    code = (
        "import sys; from pathlib import Path;"
        "from jupyter_artifacts.storage.opening import open_storage;"
        "s = open_storage(sys.argv[1], Path('/nonexistent'));"
        "assert len(s.fetch('a', 0, 100)) == 100;"
        "assert 'boto3' not in sys.modules"
    )
    place = storage.uri("a").removesuffix("/a")
    env = {**os.environ, **between.store.environment()}
    subprocess.run([sys.executable, "-c", code, place], check=True, env=env)


@pytest.mark.parametrize(
    ("scheme", "module", "extra"),
    [("s3", "obstore.store", "s3"), ("gs", "obstore.auth.google", "gcs")],
)
def test_a_missing_extra_is_said_with_the_command(monkeypatch, scheme, module, extra):
    monkeypatch.delenv("STORAGE_EMULATOR_HOST", raising=False)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(Unavailable) as caught:
        open_bucket(scheme, f"missing-{extra}")
    assert caught.value.hint == f"pip install 'jupyter-artifacts[{extra}]'"


def test_a_signed_url_reads_the_object_and_ends(storage, between):
    url = storage.presign("a", 60)
    assert httpx.get(url).content == BODY
    between.ahead = timedelta(seconds=120)
    assert httpx.get(url).status_code == 403


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (http.client.IncompleteRead(b"secret"), "the answer broke off"),
        (ConnectionResetError(104, "secret"), "the connection broke off"),
        (TimeoutError("secret"), "the store was silent for too long"),
    ],
)
def test_a_stream_that_breaks_off_is_worth_another_try(error, reason):
    with (
        pytest.raises(Unavailable) as caught,
        bucket_faults("s3://b/k", "the file cannot be read"),
    ):
        raise error
    assert type(caught.value) is Unavailable
    assert reason in str(caught.value)
    assert "secret" not in str(caught.value)
