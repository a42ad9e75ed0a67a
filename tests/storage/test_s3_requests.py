from datetime import UTC, datetime

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

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
