import http.server
import os
import threading
from datetime import UTC, datetime
from typing import ClassVar

import boto3
import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from jupyter_artifacts.storage.bucket_faults import status_of
from jupyter_artifacts.storage.file_part import FilePart
from jupyter_artifacts.storage.s3_place import S3Place
from jupyter_artifacts.storage.s3_requests import S3Answer, S3Requests
from jupyter_artifacts.storage.s3_signing import (
    UNSIGNED,
    Keys,
    query_of,
    quoted,
    signed,
)

HOST = "127.0.0.1:9000"
REGION = "eu-west-1"
KEYS = Keys("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)
WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)


def by_botocore(url, headers, content, keys) -> dict[str, str]:
    """Sign as boto3 does; the answer tells the time."""
    request = AWSRequest("PUT", url, {**headers}, b"")
    request.headers["X-Amz-Content-SHA256"] = content
    credentials = Credentials(keys.access, keys.secret, keys.token or None)
    signer = S3SigV4Auth(credentials, "s3", REGION)
    signer.payload = lambda _: content
    signer.add_auth(request)
    return {name.lower(): value for name, value in request.headers.items()}


@given(
    key=NAMES,
    query=st.dictionaries(
        st.sampled_from(["uploads", "partNumber", "uploadId"]), NAMES
    ),
    value=WORDS,
    token=st.sampled_from(["", "a/token+of=a"]),
    content=st.sampled_from([UNSIGNED, "e3b0c442" * 8]),
)
def test_a_request_is_signed_as_boto3_signs_it(key, query, value, token, content):
    keys = Keys(KEYS.access, KEYS.secret, token)
    path, words = quoted(f"/bucket/{key}"), query_of(query)
    headers = {"host": HOST, "x-amz-meta-blake3": value}

    theirs = by_botocore(f"http://{HOST}{path}?{words}", headers, content, keys)
    now = datetime.strptime(theirs["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    ours = signed(
        "PUT", path, words, headers, content, keys=keys, region=REGION, now=now
    )

    assert ours["authorization"] == theirs["authorization"]


def test_keys_show_no_secret():
    said = repr(Keys("name", "secret", "token"))
    assert "name" in said
    assert "secret" not in said.replace("secret=", "")
    assert "token" not in said.replace("token=", "")


@pytest.mark.parametrize(
    ("region", "url"),
    [
        ("eu-west-1", "https://s3.eu-west-1.amazonaws.com"),
        ("cn-north-1", "https://s3.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_aws_itself_is_found_by_its_region(region, url):
    assert S3Place(endpoint="", region=region, keys=KEYS).url == url


def test_a_secret_with_a_bucket_of_another_store_is_not_sent_to_aws():
    place = S3Place(endpoint="http://127.0.0.1:9000/", region="us-east-1", keys=KEYS)
    assert place.url == "http://127.0.0.1:9000"


def test_keys_of_a_profile_are_asked_for_anew_each_time():
    session = boto3.session.Session("one", "secret")
    place = S3Place(endpoint="", region="us-east-1", session=session)
    assert place.keys_now().access == "one"
    session._session.set_credentials("two", "secret")  # noqa: SLF001 - as they renew
    assert place.keys_now().access == "two"


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers each request with the next of what it was told."""

    protocol_version = "HTTP/1.1"
    said: ClassVar[list[tuple[int, bytes]]] = []
    asked: ClassVar[list[bytes]] = []

    came_from: ClassVar[list[tuple[str, int]]] = []
    targets: ClassVar[list[str]] = []
    came_with: ClassVar[list[dict[str, str]]] = []

    def do_PUT(self):
        self.asked.append(self.rfile.read(int(self.headers["content-length"])))
        self.came_from.append(self.client_address)
        self.targets.append(self.path)
        self.came_with.append(dict(self.headers))
        status, body = self.said.pop(0)
        self.send_response(status)
        self.send_header("Retry-After", "3600")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.came_from.append(self.client_address)
        status, body = self.said.pop(0)
        short = self.path.endswith("short")
        self.send_response(status)
        if chunked := self.path.endswith("chunked"):
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(body) + short))
        self.end_headers()
        if chunked:
            middle = len(body) // 2
            for part in (body[:middle], body[middle:], b""):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        else:
            self.wfile.write(body)
        self.close_connection = short

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as running:
        for told in (
            *(Answers.said, Answers.asked, Answers.came_from),
            *(Answers.targets, Answers.came_with),
        ):
            told.clear()
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def requests(server) -> S3Requests:
    url = f"http://127.0.0.1:{server.server_port}"
    return S3Requests("b", S3Place(endpoint=url, region="us-east-1", keys=KEYS))


def test_what_the_store_refused_is_said_by_its_own_word(requests):
    Answers.said[:] = [(403, b"<Error><Code>AccessDenied</Code></Error>")]
    with pytest.raises(S3Answer) as caught:
        requests.send("PUT", "k", {}, b"content")
    assert status_of(caught.value) == (403, "AccessDenied")


def test_an_error_that_begins_as_a_success_is_an_error(requests):
    Answers.said[:] = [(200, b"<?xml?><Error><Code>InternalError</Code></Error>")]
    with pytest.raises(S3Answer) as caught:
        requests.send("PUT", "k", {}, b"content")
    assert status_of(caught.value) == (0, "InternalError")


def test_a_busy_store_is_asked_again_with_the_same_bytes(requests):
    Answers.said[:] = [(503, b"<Code>SlowDown</Code>"), (200, b"")]
    requests.send("PUT", "k", {}, memoryview(b"content"))
    assert Answers.asked == [b"content", b"content"]


def test_a_part_of_a_file_is_sent_again_from_its_beginning(requests, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"before" + b"x" * 300_000)
    Answers.said[:] = [(503, b""), (200, b"")]
    with path.open("rb") as file:
        requests.send("PUT", "k", {}, FilePart(file.fileno(), 6, 300_000))
    assert Answers.asked == [b"x" * 300_000] * 2


def test_a_redirection_is_no_success(requests):
    Answers.said[:] = [(301, b"<Code>PermanentRedirect</Code>")]
    with pytest.raises(S3Answer) as caught:
        requests.send("PUT", "k", {}, b"content")
    assert status_of(caught.value) == (301, "PermanentRedirect")


def test_a_fork_has_connections_of_its_own(requests):
    Answers.said[:] = [(200, b"")] * 3
    requests.send("PUT", "k", {}, b"parent")
    child = os.fork()
    if not child:
        requests.send("PUT", "k", {}, b"child")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    requests.send("PUT", "k", {}, b"parent")
    first, of_the_fork, again = Answers.came_from
    assert first == again != of_the_fork


def test_a_body_leaves_in_slices(requests):
    Answers.said[:] = [(200, b"")]
    content = os.urandom(3 * 256 * 1024 + 5)
    requests.send("PUT", "k", {}, memoryview(content))
    assert Answers.asked == [content]


def _nothing(headers):
    """Find nothing wrong."""
    del headers


def _stream(requests, key, check=_nothing):
    return b"".join(bytes(piece) for piece in requests.open(key, {}, {}, check))


@pytest.mark.parametrize("key", ["k", "chunked"])
def test_a_stream_gives_its_connection_back(requests, key):
    content = os.urandom(3 * 256 * 1024 + 5)
    Answers.said[:] = [(206, content)] * 2
    assert _stream(requests, key) == _stream(requests, key) == content
    assert len(set(Answers.came_from)) == 1


def test_a_connection_is_free_again_with_the_last_bytes(requests):
    Answers.said[:] = [(206, b"content")] * 2
    first = requests.open("k", {}, {}, _nothing)
    assert bytes(next(first)) == b"content"
    assert _stream(requests, "k") == b"content"
    assert len(set(Answers.came_from)) == 1


def test_a_stream_that_ends_early_is_no_connection_any_more(requests):
    Answers.said[:] = [(206, b"content")] * 2
    assert _stream(requests, "short") == b"content"
    assert _stream(requests, "k") == b"content"
    assert len(set(Answers.came_from)) == 2


def test_a_stream_that_nobody_wants_is_no_connection_any_more(requests):
    content = os.urandom(8 * 256 * 1024)
    Answers.said[:] = [(206, content)] * 2
    pieces = requests.open("k", {}, {}, _nothing)
    assert bytes(next(pieces)) == content[: 256 * 1024]
    pieces.close()
    assert _stream(requests, "k") == content
    assert len(set(Answers.came_from)) == 2


def test_an_answer_that_is_not_what_was_asked_for_is_not_read(requests):
    Answers.said[:] = [(206, b"other"), (206, b"content")]

    def check(headers):
        assert headers["content-length"] == "7"

    with pytest.raises(AssertionError):
        _stream(requests, "k", check)
    assert _stream(requests, "k", check) == b"content"
    assert len(set(Answers.came_from)) == 2


def test_a_busy_store_is_asked_for_a_stream_once_more(requests):
    Answers.said[:] = [(429, b"<Code>SlowDown</Code>"), (206, b"content")]
    assert _stream(requests, "k") == b"content"
    Answers.said[:] = [(503, b"<Code>SlowDown</Code>")] * 2
    with pytest.raises(S3Answer) as caught:
        _stream(requests, "k")
    assert status_of(caught.value) == (503, "SlowDown")
    assert not Answers.said


def test_a_stream_that_is_refused_is_said_by_the_stores_own_word(requests):
    Answers.said[:] = [(404, b"<Error><Code>NoSuchKey</Code></Error>")]
    with pytest.raises(S3Answer) as caught:
        _stream(requests, "k")
    assert status_of(caught.value) == (404, "NoSuchKey")


def test_a_store_does_not_say_how_long_we_sleep(requests, monkeypatch):
    slept: list[float] = []
    monkeypatch.setattr("urllib3.util.retry.time.sleep", slept.append)
    Answers.said[:] = [(503, b""), (503, b""), (200, b"")]
    requests.send("PUT", "k", {}, b"content")
    assert sum(slept) < 1


@pytest.mark.parametrize("scheme", ["http://", ""])
def test_a_proxy_is_asked_for_the_whole_address(server, monkeypatch, scheme):
    proxy = f"{scheme}me:secret@127.0.0.1:{server.server_port}"
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.delenv("no_proxy", raising=False)
    url = "http://store.example:9000"
    place = S3Place(endpoint=url, region="us-east-1", keys=KEYS)
    Answers.said[:] = [(200, b"")]

    S3Requests("b", place).send("PUT", "a key", {"partNumber": "1"}, b"content")

    assert Answers.targets == [f"{url}/b/a%20key?partNumber=1"]
    (headers,) = Answers.came_with
    assert headers["host"] == "store.example:9000"
    assert headers["proxy-authorization"] == "Basic bWU6c2VjcmV0"


@pytest.mark.parametrize(
    ("endpoint", "signs"), [("", False), ("https://minio.example", True)]
)
def test_bytes_are_signed_where_no_checksum_is_known(endpoint, signs):
    place = S3Place(endpoint=endpoint, region="us-east-1", keys=KEYS)
    assert S3Requests("b", place).signs_content is signs
