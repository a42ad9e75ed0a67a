import json

import pytest

from jupyter_artifacts.operations.all import TABLE
from jupyter_artifacts.widgets import RunExplorer

WIDGETS_REFUSAL = "a widget's messages may read"
ADDRESSES = [f"alice:mnist-exp{number}" for number in range(3)]
# streams stay open; tokens are no business of everybody's browser
NEVER = {"audit.list", "events.watch", "members.tokens"}
MORE_THAN_GET = {"metrics.points", "transfers.plan"}


@pytest.fixture(name="browser")
def _browser(team, run, page):
    return page(RunExplorer(team=team))


def asked(browser, path, method="GET", **rest):
    return browser.ask(type="request", method=method, path=path, **rest)


@pytest.mark.parametrize("operation", TABLE.values(), ids=lambda each: each.name)
def test_a_page_may_read_and_never_change(browser, team, operation):
    """Every operation of the table: what is no read is refused, and not done."""
    fields = dict.fromkeys(operation.path_fields, "x") | {"number": "0"}
    path = operation.path.replace("*}", "}").format(**fields)
    before = team.carrier.context.catalog.data_version(), len(team.runs().frame())
    reply, _ = asked(browser, path, operation.method, body={})
    after = team.carrier.context.catalog.data_version(), len(team.runs().frame())
    reads = operation.method == "GET" or operation.name in MORE_THAN_GET
    if reads and operation.name not in NEVER:
        assert WIDGETS_REFUSAL not in str(reply["json"])
    else:
        assert (reply["status"], reply["json"]["code"]) == (403, "refused")
        assert WIDGETS_REFUSAL in reply["json"]["message"]
        assert after == before


def test_a_call_is_answered_as_rest_answers_it(browser):
    """The same front end works over both."""
    reply, buffers = asked(
        browser, "runs", query={"query": "user == 'alice'", "limit": 2}
    )
    assert reply["status"] == 200
    rows = reply["json"]["items"]
    assert {row["address"] for row in rows} < set(ADDRESSES)
    assert (len(rows), reply["json"]["total"]) == (2, 3)
    json.dumps(reply, allow_nan=False)
    assert buffers == []


def test_bytes_come_as_a_buffer(browser):
    """A file's bytes are not turned into text on their way."""
    reply, (content,) = asked(browser, "runs/alice/mnist/exp0/files/metrics.json")
    assert content == b"0123456789"
    assert (reply["total"], reply["media_type"]) == (10, "application/json")
    assert reply["etag"].startswith("blake3:")
    assert reply["json"] is None


@pytest.mark.parametrize(
    ("wanted", "content"),
    [
        ("bytes=0-3", b"0123"),
        ("bytes=8-", b"89"),
        ("bytes=8-99", b"89"),
        ("bytes=-3", b"789"),
        ("bytes=-99", b"0123456789"),
    ],
)
def test_a_part_of_a_file(browser, wanted, content):
    """A preview of a large file moves only what it shows."""
    path = "runs/alice/mnist/exp0/files/metrics.json"
    reply, (found,) = asked(browser, path, range=wanted)
    assert (found, reply["total"]) == (content, 10)


@pytest.mark.parametrize("wanted", ["bytes=10-", "bytes=-", "lines=1-2", "bytes=a-b"])
def test_a_part_that_is_not_there(browser, wanted):
    """It is an error, not another part."""
    path = "runs/alice/mnist/exp0/files/metrics.json"
    reply, buffers = asked(browser, path, range=wanted)
    assert (reply["status"], buffers) == (416, [])


def test_a_path_is_decoded_once(browser):
    """Names with marks that URLs use are found."""
    reply, (content,) = asked(browser, "runs/alice/mnist/exp0/files/%3Cb%3E%26.txt")
    assert (reply["status"], content) == (200, b"0123456789")


def test_points_come_as_they_do_over_rest(browser):
    """One header and arrays, in one buffer."""
    series = [{"experiment": "alice:mnist-exp0", "group": "training", "name": "loss"}]
    reply, (content,) = asked(
        browser, "metrics/points", "POST", body={"series": series, "limit": None}
    )
    assert reply["status"] == 200
    length = int.from_bytes(content[:4], "little")
    header = json.loads(content[4 : 4 + length])
    assert header["series"][0]["total"] == 20


@pytest.mark.parametrize(
    ("path", "status"),
    [("nowhere", 404), ("runs/alice/none/exp0", 404), ("runs/a%2Fb/c", 404)],
)
def test_what_is_not_there_is_said(browser, path, status):
    """The page gets the problem that REST would give."""
    reply, _ = asked(browser, path)
    assert (reply["status"], bool(reply["json"]["message"])) == (status, True)


def test_a_wrong_query_is_pointed_at(browser):
    """The page can mark the place in the query line."""
    reply, _ = asked(browser, "runs", query={"query": "user == "})
    assert reply["status"] == 400
    assert reply["json"]["column"] is not None
