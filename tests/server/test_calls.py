"""Operations that answer records."""

from __future__ import annotations

import json
import threading

import msgspec
import pytest

from jupyter_artifacts.operations import openapi


async def test_a_started_run_is_found_by_the_next_person(ask, alice, bob):
    """A run that one member starts is there for another one at once."""
    started = await ask("POST", "runs", alice, data={"name": "mnist"})
    assert started.code == 200, started.body

    found = await ask("GET", "runs/alice/mnist", bob)

    assert found.code == 200
    assert json.loads(found.body)["run"]["address"] == "alice:mnist"


async def test_an_answer_that_is_known_is_304(ask, alice):
    """A page that asks again gets the answer only when it changed."""
    etag = (await ask("GET", "runs", alice)).headers["Etag"]
    known = {"If-None-Match": etag}
    assert (await ask("GET", "runs", alice, headers=known)).code == 304

    await ask("POST", "runs", alice, data={"name": "mnist"})

    assert (await ask("GET", "runs", alice, headers=known)).code == 200


async def test_head_is_get_without_a_body(ask, alice):
    """HEAD says how long the answer is, and gives none of it."""
    whole = await ask("GET", "teams", alice)

    head = await ask("HEAD", "teams", alice)

    assert (head.code, head.body) == (200, b"")
    assert head.headers["Content-Length"] == str(len(whole.body))


async def test_the_document_is_for_members(ask, alice):
    """Any member reads the OpenAPI document, strangers do not."""
    answer = await ask("GET", "openapi.json", alice)

    assert json.loads(answer.body) == openapi.document()
    assert (await ask("GET", "openapi.json")).code == 401


async def test_what_jupyterlab_adds_is_no_question(ask, alice):
    """JupyterLab's requests end with the time, against caches."""
    answer = await ask("GET", "runs?limit=5&1732147200000", alice)

    assert answer.code == 200, answer.body


async def test_a_query_that_is_wrong_says_where(ask, alice, problem):
    """The place of an error in a query travels to the query line."""
    answer = await ask("GET", "runs?query=params.lr%20%3D%200.1", alice)

    said = problem(answer)
    assert (answer.code, said["code"]) == (400, "malformed-query")
    assert said["column"] == 10
    assert said["length"] >= 1


WRONG = {
    "?limit=five": None,
    "?limit=5&limit=6": None,
    "?nothing=1": None,
    "?%ff=1": None,
    "?" + "&".join(f"a{n}=1" for n in range(200)): None,
    "?cursor=forged": None,
}
BODIES = [
    b"{",
    b"[]",
    b'"name"',
    b"null",
    b"\xff\xfe",
    b'{"name": 5}',
    b'{"name": "a", "nothing": 1}',
    b'{"name": NaN}',
    b'{"name": "a", "params": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
    b"",
]


async def test_what_does_not_parse_is_said(ask, alice, problem, everything):
    """Whatever is wrong with a question, the answer is one clear 400."""
    before = everything()
    answers = [await ask("GET", f"runs{query}", alice) for query in WRONG]
    answers += [await ask("POST", "runs", alice, body=body) for body in BODIES]

    assert [answer.code for answer in answers] == [400] * len(answers)
    assert all(problem(answer)["message"] for answer in answers)
    assert everything() == before


async def test_a_body_that_is_too_large_is_refused(ask, alice, problem):
    """A question of more than 1 MiB is none, whatever it asks for."""
    for path in ("runs", "metrics/points"):
        answer = await ask("POST", path, alice, body=b" " * ((1 << 20) + 1))

        assert (answer.code, problem(answer)["code"]) == (413, "too-large")


async def test_a_long_body_is_read_while_others_are_answered(ask, alice):
    """No JSON is decoded where every request waits for its turn."""
    loop = threading.get_ident()
    threads = []
    decode = msgspec.json.decode

    def noted(body, **options):
        if body.startswith(b"[1,"):
            threads.append(threading.get_ident())
        return decode(body, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(msgspec.json, "decode", noted)
        for path in ("runs", "metrics/points"):
            await ask("POST", path, alice, body=b"[" + b"1," * 1000 + b"1]")
    assert len(threads) == 2
    assert loop not in threads
