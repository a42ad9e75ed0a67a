"""Paths that try to leave their place (CVE-2023-1177, -2356, -6831 and their kin)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from jupyter_artifacts.operations.all import TABLE, Kind

CANARY = "CANARY-7f3a"

ATTACKS = [
    "..",
    ".",
    "../",
    "../../../canary.txt",
    "..\\..\\canary.txt",
    "..%5c..%5ccanary.txt",
    "%2e%2e",
    "%2e",
    "%2e%2e%2f%2e%2e%2fcanary.txt",
    "%252e%252e%252fcanary.txt",
    "%25252e%25252e%25252fcanary.txt",
    "..%2f..%2fcanary.txt",
    "..%252f..%252fcanary.txt",
    "..;/..;/canary.txt",
    "..;%2fcanary.txt",
    "%2fetc%2fpasswd",
    "/etc/passwd",
    "//etc/passwd",
    "%5c%5chost%5cshare",
    "C:%5cWindows",
    "C:/Windows",
    "file:%2f%2f%2fetc%2fpasswd",
    "http:%2f%2f169.254.169.254%2f",
    "a%00b",
    "a%0d%0aX-Injected:%201",
    "%c0%ae%c0%ae%2f",
    "%ff",
    "\uff0e\uff0e",
    "\u2024\u2024%2f",
    "./.",
    ".//",
    "%20",
    "..%20",
    "...",
    "?a=../../canary.txt",
    "%3fa=..%2f..%2fcanary.txt",
    "#",
    "alice%00bob",
    "\u0430lice",
]

VALUES = {
    "user": "alice",
    "run": "mnist",
    "number": "0",
    "path": "a.txt",
    "stream": "stdout",
    "uuid": "",
    "name": "cats",
    "version": "v1",
    "other": "v2",
    "alias": "best",
    "session": "",
    "handle": "alice",
    "token": "none",
    "transfer": "none",
    "share": "",
}

SAID = {
    "checkpoints.begin": {"steps_completed": 2},
    "experiments.move": {"state": "COMPLETED"},
    "experiments.note": {"runner_state": "busy"},
    "files.refuse": {"path": "b.txt", "reason": "too large"},
    "members.role": {"role": "member"},
    "runs.tag": {"tags": []},
    "shares.make": {"address": "alice:mnist-exp0"},
    "sessions.attach": {"address": "datastores/cats/v1"},
}


@pytest.fixture
def values(act, alice, app, service, tmp_path, jp_root_dir):
    """Things of alice's, and beside the storage a file that nobody may see."""
    (tmp_path / "canary.txt").write_text(CANARY)
    (service.settings.home / "canary.txt").write_text(CANARY)
    (service.settings.storage / "canary.txt").write_text(CANARY)
    source = jp_root_dir / "cats"
    source.mkdir()
    (source / "a.txt").write_text("cat")
    app.presence.announce()
    team = act("alice")
    team.call("runs.start", name="mnist")
    here = {"user": "alice", "run": "mnist", "number": 0}
    team.call("files.capture", **here, path="a.txt", source=source / "a.txt")
    uuid = team.call("checkpoints.begin", **here, steps_completed=1).uuid
    team.call("datastores.create", name="cats", source=str(source))
    share = team.call("shares.make", address="alice:mnist-exp0").share.id
    return {**VALUES, "uuid": uuid, "session": service.place.id, "share": share}


@pytest.fixture
def outside(tmp_path, service):
    """Gives what lies outside the catalog and the run's own folders."""

    def look() -> set[str]:
        own = [service.settings.storage / "experiments", service.settings.spool]
        return {
            str(path)
            for path in tmp_path.rglob("*")
            if not any(path.is_relative_to(folder) for folder in own)
            and not path.name.startswith("catalog.sqlite")
        }

    return look


def paths(values: dict[str, str]):
    """Every operation's path with an attack at every one of its places."""
    for declared in TABLE.values():
        if declared.kind is Kind.STREAM:
            continue
        for field in declared.path_fields:
            for attack in ATTACKS:
                told = {**values, field: attack}
                path = declared.path.replace("*}", "}").format(**told)
                yield declared, quote(path, safe="/%;:?&=\\#.")


async def test_no_path_leaves_its_place(ask, alice, boss, values, outside):
    """An attack in a path is answered with 4xx, or names a file in its own place."""
    before = outside()
    wrong = []
    for declared, path in paths(values):
        if declared.method == "DELETE" or declared.kind is Kind.JOB:
            continue
        rest: dict[str, Any] = {"body": b"x"} if declared.takes_body else {}
        if declared.name in SAID:
            rest = {"data": SAID[declared.name]}

        answer = await ask(declared.method, path, alice, **rest)

        leaked = CANARY.encode() in answer.body or b"root:" in answer.body
        injected = "X-Injected" in answer.headers
        if answer.code >= 500 or leaked or injected:
            wrong.append((declared.name, path, answer.code, answer.body))

    assert wrong == []
    assert outside() == before


async def test_no_delete_takes_more_than_it_names(ask, alice, values, everything):
    """A DELETE whose path is an attack deletes nothing (mlflow-oidc-auth#289)."""
    before = everything()
    answers = [
        (path, (await ask(declared.method, path, alice)).code)
        for declared, path in paths(values)
        if declared.method == "DELETE"
        # a "?" or "#" ends the path before it: what is left names the thing itself
        and "/?" not in path
    ]

    assert [each for each in answers if not 400 <= each[1] < 500] == []
    assert everything() == before


SEVERAL = ["a%2Fb", "a%5Cb", "a%00b", "%2e%2e%2f", "%c0%ae", "%ff"]


async def test_a_segment_is_one_segment(ask, alice, problem):
    """What decodes to several segments, or to no text, is malformed."""
    answers = {each: await ask("GET", f"runs/{each}", alice) for each in SEVERAL}

    assert {
        each: (answer.code, problem(answer)["code"]) for each, answer in answers.items()
    } == dict.fromkeys(SEVERAL, (400, "malformed-path"))


async def test_a_body_cannot_name_another_thing_than_the_path(
    ask, alice, values, problem
):
    """Whoever may act on one run acts on no other by naming it in the body."""
    answer = await ask(
        "PUT", "runs/alice/mnist/tags", alice, data={"tags": ["x"], "run": "other"}
    )

    assert answer.code == 400
    assert "twice" in problem(answer)["message"]


NAMES = [
    "100%.txt",
    "a%2Fb",
    "a%252Fb",
    "a b",
    "a+b",
    "a&b=c",
    "what?.txt",
    "#1.txt",
    "a;b",
    "@x:y",
    "gr\u00fc\u00dfe/\u65e5\u672c.txt",
    "e\u0301.txt",
    "\U0001f600",
    "'\"; import os #.csv",
    "<img src=x onerror=alert(1)>.html",
    "..;",
    "...",
    " leading and trailing ",
]


async def test_names_round_trip(ask, alice, values):
    """A file's name comes back exactly as it was given, whatever is in it."""
    got = {}
    for name in NAMES:
        address = f"runs/alice/mnist/exp0/files/{quote(name)}"
        await ask("PUT", address, alice, body=name.encode())
        got[name] = (await ask("GET", address, alice)).body.decode()

    listed = await ask("GET", "runs/alice/mnist/exp0/artifacts", alice)

    assert got == {name: name for name in NAMES}
    paths = {asset["path"] for asset in json.loads(listed.body)["assets"]}
    assert paths == {*NAMES, "a.txt"}


CLOSED = {
    ("GET", ""): 404,
    ("GET", "runs/"): 404,
    ("GET", "runs/alice/mnist/"): 404,
    ("GET", "nothing"): 404,
    ("GET", "runs/alice/mnist/exp-1"): 404,
    ("GET", "runs/alice/mnist/exp00"): 404,
    ("GET", "RUNS"): 404,
    ("GET", "../v1/runs"): 404,
    ("GET", "/a%40b/jupyter-artifacts"): 404,
    ("GET", "/a%40b/jupyter-artifacts/"): 404,
    ("GET", "/a%40b/jupyter-artifacts/api/v2/runs"): 404,
    ("GET", "/a%40b/jupyter-artifacts/ajax-api/v1/runs"): 404,
    ("OPTIONS", "runs"): 405,
    ("DELETE", "runs"): 405,
    ("PATCH", "openapi.json"): 405,
}


async def test_what_is_not_there_is_closed(ask, alice, problem):
    """An unknown route or method says so, to members only."""
    signed = {each: await ask(*each, alice) for each in CLOSED}
    unsigned = {each: await ask(*each, None) for each in CLOSED}

    assert {each: answer.code for each, answer in signed.items()} == CLOSED
    assert {answer.code for answer in unsigned.values()} == {401}
    codes = {problem(answer)["code"] for answer in signed.values()}
    assert codes == {"not-found", "method-not-allowed"}


async def test_no_header_changes_the_method(ask, alice, values, everything):
    """A method is what the request line says, whatever a header says."""
    before = everything()

    for header in ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"):
        for method in ("GET", "POST"):
            await ask(method, "runs/alice/mnist", alice, headers={header: "DELETE"})

    assert everything() == before
