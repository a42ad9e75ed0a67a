"""The page of a share link: what it shows, to whom, and what it never gives away."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from jupyter_artifacts.records.people import Role

if TYPE_CHECKING:
    from tornado.httpclient import HTTPResponse

PAGE = "/a%40b/jupyter-artifacts/share/"
HOSTILE = "<img src=x onerror=alert(1)>.html"
FILES = {
    "a.txt": b"hello",
    "sub/model.bin": b"weights" * 1000,
    HOSTILE: b"<script>alert(1)</script>",
    "a b%&+#@.txt": b"odd",
}


@pytest.fixture
def files(act, alice, tmp_path):
    team = act("alice")
    team.call("runs.start", name="mnist")
    here = {"user": "alice", "run": "mnist", "number": 0}
    for path, content in FILES.items():
        source = tmp_path / "made"
        source.write_bytes(content)
        team.call("files.capture", **here, path=path, source=source)


@pytest.fixture
def share(act, alice, files):
    """Share something of alice's; return its id and secret."""

    def make(address: str = "alice:mnist-exp0", **more: Any) -> tuple[str, str]:
        made = act("alice").call("shares.make", address=address, **more)
        return made.share.id, made.path.partition("#")[2]

    return make


@pytest.fixture
def opened(ask, share):
    """Open a fresh share as somebody; return its id and the cookie's header."""

    async def open_it(person, address: str = "alice:mnist-exp0") -> tuple[str, str]:
        identity, secret = share(address)
        answer = await ask("POST", f"{PAGE}{identity}", person, data={"secret": secret})
        assert answer.code == 200, answer.body
        return identity, cookie_of(answer)

    return open_it


def cookie_of(answer: HTTPResponse) -> str:
    (kept,) = [
        said
        for said in answer.headers.get_list("Set-Cookie")
        if said.startswith("artifacts-share=")
    ]
    return kept.partition(";")[0]


async def test_a_stranger_is_sent_to_sign_in_and_back(ask, share):
    identity, _ = share()

    page = await ask("GET", f"{PAGE}{identity}", headers={"Accept": "text/html"})
    listing = await ask("POST", f"{PAGE}{identity}", data={"secret": "x"})
    file = await ask("GET", f"{PAGE}{identity}/files/a.txt")

    assert page.code == 302
    assert page.headers["Location"] == (
        f"/a%40b/login?next={quote(f'{PAGE}{identity}', safe='')}"
    )
    assert (listing.code, file.code) == (401, 401)


async def test_the_page_holds_nothing_of_the_share(ask, bob, share):
    """It is the same for every share, so no name in one can become a part of it."""
    pages = [await ask("GET", f"{PAGE}{share()[0]}", bob) for _ in range(2)]
    nowhere = await ask("GET", f"{PAGE}no-such-share", bob)

    bodies = {
        re.sub(r'nonce="[^"]+"', "", page.body.decode()) for page in [*pages, nowhere]
    }

    assert len(bodies) == 1
    assert "alice" not in bodies.pop()


async def test_the_page_runs_our_script_alone(ask, bob, share):
    page = await ask("GET", f"{PAGE}{share()[0]}", bob)

    policy = page.headers["Content-Security-Policy"]
    nonces = set(re.findall(r"nonce[-=]\"?([\w-]+)", policy + page.body.decode()))
    assert len(nonces) == 1
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "'self'" not in policy.replace("connect-src 'self'", "")
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cache-Control"] == "no-store"
    script = page.body.decode()
    assert "innerHTML" not in script
    assert "document.write" not in script
    markup = re.sub(r"<script.*?</script>", "", script, flags=re.DOTALL)
    assert re.findall(r"<[^>]*\son\w+\s*=", markup) == []


async def test_the_link_lists_what_was_shared(ask, bob, share):
    identity, secret = share()

    answer = await ask("POST", f"{PAGE}{identity}", bob, data={"secret": secret})

    said = json.loads(answer.body)
    assert [line["name"] for line in said["page"]["items"]] == [
        "sub",
        HOSTILE,
        "a b%&+#@.txt",
        "a.txt",
    ]
    assert said["share"]["owner"] == "alice"
    assert said["mine"] is False
    assert answer.headers["Content-Type"].startswith("application/json")


async def test_the_cookie_is_for_this_share_alone(ask, bob, share):
    identity, secret = share()

    answer = await ask("POST", f"{PAGE}{identity}", bob, data={"secret": secret})

    told = answer.headers.get_list("Set-Cookie")
    (said,) = [each for each in told if each.startswith("artifacts-share=")]
    assert f"Path={PAGE}{identity};" in f"{said};"
    assert "HttpOnly" in said
    assert "SameSite=Strict" in said


@pytest.mark.parametrize("path", sorted(FILES))
async def test_files_are_saved_and_never_shown(ask, bob, opened, path):
    identity, cookie = await opened(bob)

    file = await ask(
        "GET",
        f"{PAGE}{identity}/files/{quote(path)}",
        bob,
        headers={"Cookie": cookie},
    )

    assert file.code == 200
    assert file.body == FILES[path]
    assert file.headers["Content-Disposition"].startswith("attachment;")
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Content-Security-Policy"].startswith("sandbox;")
    assert file.headers["Cross-Origin-Resource-Policy"] == "same-origin"


async def test_downloads_resume(ask, bob, opened):
    identity, cookie = await opened(bob)

    rest = await ask(
        "GET",
        f"{PAGE}{identity}/files/sub/model.bin",
        bob,
        headers={"Cookie": cookie, "Range": "bytes=6990-"},
    )

    assert rest.code == 206
    assert rest.body == (b"weights" * 1000)[6990:]


async def test_without_the_cookie_there_is_no_file(ask, alice, bob, opened, problem):
    """Nor with a share's of its own, nor with one that was written by hand."""
    identity, _ = await opened(bob)
    _, of_another = await opened(bob, "alice:mnist-exp0/sub")
    path = f"{PAGE}{identity}/files/a.txt"

    answers = [
        await ask("GET", path, bob, headers={"Cookie": cookie} if cookie else {})
        for cookie in ("", of_another, "artifacts-share=guess")
    ]

    assert {problem(answer)["code"] for answer in answers} == {"refused"}


async def test_a_share_of_a_folder_gives_nothing_beside_it(ask, bob, opened, problem):
    identity, cookie = await opened(bob, "alice:mnist-exp0/sub")
    attacks = {
        "a.txt": 404,
        "sub/../a.txt": 400,
        "..%2fa.txt": 400,
        "sub%2f..%2fa.txt": 400,
        "sub/%2e%2e/a.txt": 400,
        "%2fetc%2fpasswd": 400,
    }

    codes = {
        attack: (
            await ask(
                "GET",
                f"{PAGE}{identity}/files/{attack}",
                bob,
                headers={"Cookie": cookie},
            )
        ).code
        for attack in attacks
    }

    assert codes == attacks


async def test_what_was_opened_stops_when_it_is_revoked(ask, act, bob, opened):
    """The cookie opens nothing more than the link does (field notes, D9)."""
    identity, cookie = await opened(bob)
    act("alice").call("shares.revoke", share=identity)

    file = await ask(
        "GET", f"{PAGE}{identity}/files/a.txt", bob, headers={"Cookie": cookie}
    )
    page = await ask(
        "POST", f"{PAGE}{identity}", bob, data={}, headers={"Cookie": cookie}
    )

    assert (file.code, page.code) == (410, 410)


async def test_a_share_stops_when_its_owner_is_no_member_any_more(
    ask, act, boss, bob, opened, problem
):
    identity, cookie = await opened(bob)
    act("boss").call("members.role", handle="alice", role=Role.VIEWER)

    file = await ask(
        "GET", f"{PAGE}{identity}/files/a.txt", bob, headers={"Cookie": cookie}
    )

    assert file.code == 403
    assert "alice, who shared it" in problem(file)["message"]


async def test_whoever_was_signed_out_opens_nothing(ask, act, bob, opened):
    identity, cookie = await opened(bob)
    act("bob").call("members.revoke", handle="bob", token=bob.token_id)

    file = await ask(
        "GET", f"{PAGE}{identity}/files/a.txt", bob, headers={"Cookie": cookie}
    )

    assert file.code == 401


async def test_its_owner_renews_it_on_the_page(ask, alice, bob, share):
    identity, _ = share(expires=3600)
    here = f"shares/{identity}"
    before = json.loads((await ask("GET", here, alice)).body)

    theirs = await ask("POST", f"{here}/renew", bob, data={})
    mine = await ask("POST", f"{here}/renew", alice, data={})

    assert (theirs.code, mine.code) == (403, 200)
    assert json.loads(mine.body)["expires"] > before["expires"]


async def test_no_log_and_no_row_has_the_secret(
    ask, bob, share, everything, caplog, service
):
    """Whatever goes well or wrong: requests are logged with their whole URL (D12)."""
    caplog.set_level(logging.DEBUG)
    identity, secret = share()
    page = f"{PAGE}{identity}"

    await ask("GET", page, bob)
    opened = await ask("POST", page, bob, data={"secret": secret})
    cookie = cookie_of(opened)
    for path in ("a.txt", "none.txt", "sub/../a.txt"):
        await ask("GET", f"{page}/files/{path}", bob, headers={"Cookie": cookie})
    await ask("POST", page, bob, data={"secret": secret, "nonsense": 1})
    await ask("POST", page, bob, data={"secret": secret + "x"})
    with service.catalog.read() as rows:
        log = rows.audit.page(user="", action="", since=0.0, limit=100, cursor=None)

    assert identity in caplog.text
    assert secret not in caplog.text
    assert secret not in "\n".join(everything()[0])
    assert secret not in str(log)
    assert opened.body.find(secret.encode()) == -1


REDIRECTS = [
    f"{PAGE}/evil.example",
    f"{PAGE}//evil.example",
    f"{PAGE}%5c%5cevil.example",
    f"{PAGE}https:%2f%2fevil.example",
    f"{PAGE}https://evil.example",
    f"{PAGE}x?next=//evil.example",
    f"{PAGE}x?next=https:%2f%2fevil.example",
    f"{PAGE}x?url=https:%2f%2fevil.example",
    f"{PAGE}",
    f"{PAGE}x/",
    f"{PAGE}x/files/",
    f"{PAGE}x/files//evil.example",
]


@pytest.mark.parametrize("path", REDIRECTS)
async def test_no_link_leads_to_another_site(ask, bob, share, path):
    """Neither the page nor signing in for it redirects elsewhere (D15)."""
    stranger = await ask("GET", path, headers={"Accept": "text/html"})
    signed = await ask("GET", path, bob)

    assert "Location" not in signed.headers
    if stranger.code == 302:
        assert stranger.headers["Location"].startswith("/a%40b/login?next=%2Fa%2540b")
    else:
        assert stranger.code in {401, 404}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
async def test_other_methods_do_nothing(ask, bob, share, method, everything):
    identity, _ = share()
    before = everything()

    for path in (identity, f"{identity}/files/a.txt"):
        answer = await ask(method, f"{PAGE}{path}", bob)
        assert 400 <= answer.code < 500

    assert everything() == before


@pytest.fixture
def browse(ask, bob):
    """Sign bob in by cookie and get a page; gives the cookies that a browser keeps."""

    async def get(page: str) -> dict[str, str]:
        html = {"Accept": "text/html"}
        signed = await ask("GET", f"{page}?token={bob.secret}", headers=html)
        kept = _cookies(signed)
        shown = await ask("GET", page, headers={"Cookie": _sent(kept), **html})
        assert (signed.code, shown.code) == (302, 200)
        return {**kept, **_cookies(shown)}

    return get


def _cookies(answer: HTTPResponse) -> dict[str, str]:
    told = answer.headers.get_list("Set-Cookie")
    pairs = (said.partition(";")[0].partition("=") for said in told)
    return {name: value for name, _, value in pairs}


def _sent(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


async def test_the_page_opens_it_with_the_cookies_of_a_browser(ask, share, browse):
    identity, secret = share()
    cookies = await browse(f"{PAGE}{identity}")

    answer = await ask(
        "POST",
        f"{PAGE}{identity}",
        data={"secret": secret},
        headers={"Cookie": _sent(cookies), "X-XSRFToken": cookies["_xsrf"]},
    )

    assert answer.code == 200
    assert b"a.txt" in answer.body


@pytest.mark.parametrize("origin", [{}, {"Origin": "https://evil.example"}])
async def test_another_sites_page_can_open_nothing(ask, share, browse, origin):
    """A form of another site brings the cookies of sign-in, but no XSRF token."""
    identity, secret = share()
    cookies = await browse(f"{PAGE}{identity}")

    answer = await ask(
        "POST",
        f"{PAGE}{identity}",
        body=json.dumps({"secret": secret}).encode(),
        headers={"Cookie": _sent(cookies), "Content-Type": "text/plain", **origin},
    )

    assert answer.code in {403, 404}
    assert b"a.txt" not in answer.body


class Presigning:
    """A storage whose files have URLs of their own, as an object store's have."""

    def __init__(self, storage: Any) -> None:
        self._storage = storage
        self.signed: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    def presign(self, key: str, seconds: int) -> str:
        url = f"https://store.example/{quote(key)}?X-Signature=SIGNED&e={seconds}"
        self.signed.append(url)
        return url


@pytest.fixture
def presigning(service):
    service._storage = Presigning(service._storage)  # noqa: SLF001 - its one storage
    return service._storage  # noqa: SLF001


@pytest.fixture
def ended(act, service, files):
    """Let the experiment have ended long ago, so that its files stay as they are."""
    here = {"user": "alice", "run": "mnist", "number": 0}
    team = act("alice")
    clock = team.context.clock
    team.context = replace(team.context, clock=lambda: clock() - 3600)
    team.call("experiments.move", **here, state="COMPLETED")


@pytest.fixture
def granted(service):
    """Gives what the audit log says of shared files."""

    def read() -> list[Any]:
        with service.catalog.read() as rows:
            found = rows.audit.page(
                user="", action="shares.read", since=0.0, limit=9, cursor=None
            )
        return list(found.items)

    return read


@pytest.mark.usefixtures("ended")
async def test_where_the_store_has_urls_the_bytes_come_from_there(
    ask, bob, opened, presigning, caplog, granted
):
    caplog.set_level(logging.DEBUG)
    identity, cookie = await opened(bob)

    file = await ask(
        "GET", f"{PAGE}{identity}/files/a.txt", bob, headers={"Cookie": cookie}
    )

    assert file.code == 303
    assert file.headers["Location"] == presigning.signed[-1]
    assert file.headers["Cache-Control"] == "no-store"
    assert file.headers["Referrer-Policy"] == "no-referrer"
    assert [(line.address, line.outcome) for line in granted()] == [
        ("alice:mnist-exp0/a.txt", "outcome unknown")
    ]
    assert "SIGNED" not in f"{caplog.text}{granted()}"


async def test_a_file_that_may_still_change_comes_through_the_server(
    ask, bob, opened, presigning
):
    """A URL of the store would give whatever is there when it is used."""
    identity, cookie = await opened(bob)

    file = await ask(
        "GET", f"{PAGE}{identity}/files/a.txt", bob, headers={"Cookie": cookie}
    )

    assert (file.code, file.body) == (200, b"hello")
    assert presigning.signed == []
