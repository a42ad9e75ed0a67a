"""Who somebody is on a shared server: personal tokens."""

from __future__ import annotations

import asyncio
import base64
import json
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_artifacts.operations.members import hash_of
from jupyter_artifacts.records.people import Role

ME = "/a%40b/api/me"
PAGE = {"Accept": "text/html"}


def cookies_of(response) -> dict[str, str]:
    """The cookies a response sets."""
    jar: SimpleCookie = SimpleCookie()
    for line in response.headers.get_list("Set-Cookie"):
        jar.load(line)
    return {name: morsel.value for name, morsel in jar.items() if morsel.value}


@pytest.fixture
def sign_in(ask):
    """Follows a person's sign-in link; gives the headers their browser sends then."""

    async def follow(person) -> dict[str, str]:
        jar = cookies_of(await ask("GET", "/a%40b/login"))
        page = await ask("GET", f"/a%40b/tree?token={person.secret}", headers=PAGE)
        cookie = _cookie({**jar, **cookies_of(page)})
        return {"Cookie": cookie, "X-XSRFToken": jar["_xsrf"]}

    return follow


def _cookie(jar: dict[str, str]) -> str:
    return "; ".join(f'{name}="{value}"' for name, value in jar.items())


async def test_a_token_names_its_person(ask, alice, bob):
    """Jupyter itself knows people by their personal tokens."""
    for person in (alice, bob):
        said = json.loads((await ask("GET", ME, person)).body)["identity"]

        assert said["username"] == person.login
        assert said["display_name"] == person.login.title()
        assert person.secret not in str(said)
        assert set(said) == {
            "username",
            "name",
            "display_name",
            "initials",
            "avatar_url",
            "color",
        }


@pytest.mark.parametrize("secret", ["", "jart_wrong", " ", "None", "null", "0"])
async def test_a_wrong_token_names_nobody(ask, alice, secret):
    """Neither a header nor a link lets a stranger in, and no shared token does."""
    by_header = await ask("GET", "runs", headers={"Authorization": f"token {secret}"})
    by_link = await ask("GET", f"runs?{urlencode({'token': secret})}")

    assert (by_header.code, by_link.code) == (401, 401)


async def test_there_is_no_shared_token(jp_serverapp, service):
    """Even a configured one opens nothing, and no page carries one."""
    provider = jp_serverapp.identity_provider
    provider.set_trait("token", "shared")

    assert not provider.token


async def test_a_link_leaves_no_token_behind(ask, alice):
    """A sign-in link sets the cookie and goes on without the token."""
    link = f"/a%40b/lab/tree/a.ipynb?token={alice.secret}&reset=1"

    answer = await ask("GET", link, headers=PAGE)

    assert answer.code == 302
    assert answer.headers["Location"] == "/a%40b/lab/tree/a.ipynb?reset=1"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    (cookie,) = [each for each in cookies_of(answer).values() if len(each) > 40]
    held = base64.b64decode(cookie.split("|")[4].partition(":")[2]).decode()
    assert json.loads(held)["username"] == "alice"
    assert alice.secret not in held


@pytest.mark.parametrize(
    "path",
    ["//evil.example/", "///evil.example/", "/\\evil.example/", "/%5Cevil.example/"],
)
async def test_a_link_goes_nowhere_else(ask, alice, path):
    """No sign-in link redirects to another site (CVE-2020-26232)."""
    answer = await ask("GET", f"{path}?token={alice.secret}", headers=PAGE)

    location = answer.headers.get("Location", "/")
    assert location.startswith("/")
    assert location[1:2] not in {"/", "\\"}


async def test_a_browser_stays_signed_in(ask, alice, sign_in):
    """After the link, the cookie alone reads and, with the XSRF header, changes."""
    browser = await sign_in(alice)

    read = await ask("GET", "runs", headers=browser)
    changed = await ask("POST", "runs", headers=browser, data={"name": "mnist"})

    assert (read.code, changed.code) == (200, 200)
    assert json.loads(changed.body)["run"]["user"] == "alice"


async def test_the_login_page_takes_the_token(ask, alice):
    """A person may type the token where Jupyter asks for a password."""
    page = await ask("GET", "/a%40b/login")
    jar = cookies_of(page)
    form = {"password": alice.secret, "_xsrf": jar["_xsrf"]}

    answer = await ask(
        "POST",
        "/a%40b/login",
        body=urlencode(form).encode(),
        headers={
            "Cookie": _cookie(jar),
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )

    assert b"personal token" in page.body
    assert answer.code == 302
    signed = {"Cookie": _cookie({**jar, **cookies_of(answer)})}
    assert (await ask("GET", "runs", headers=signed)).code == 200


async def test_a_revoked_token_opens_nothing_at_once(ask, alice, sign_in):
    """The next request fails, by header and by a cookie made before."""
    browser = await sign_in(alice)
    token = f"members/alice/tokens/{alice.token_id}"
    assert (await ask("DELETE", token, headers=browser)).code == 200

    by_header = await ask("GET", "runs", alice)
    by_cookie = await ask("GET", "runs", headers=browser)

    assert (by_header.code, by_cookie.code) == (401, 401)


async def test_a_role_counts_at_once(ask, alice, boss):
    """Whoever becomes a viewer makes nothing with the next request."""
    assert (await ask("POST", "runs", alice, data={"name": "a"})).code == 200

    await ask("PUT", "members/alice/role", boss, data={"role": "viewer"})

    assert (await ask("POST", "runs", alice, data={"name": "b"})).code == 403


async def test_a_cookie_is_good_for_its_own_name_only(
    ask, alice, bob, sign_in, jp_serverapp
):
    """A cookie that names another person than its token's is refused."""
    provider = jp_serverapp.identity_provider
    sha256 = hash_of(alice.secret)
    held = {"username": "alice", "sha256": sha256}

    assert provider.user_from_cookie(json.dumps({**held, "username": "bob"})) is None
    assert provider.user_from_cookie("no JSON") is None
    assert provider.user_from_cookie("[]") is None
    assert provider.user_from_cookie(json.dumps(held)).username == "alice"


@pytest.mark.parametrize("headers", [{}, {"X-XSRFToken": "guessed"}])
async def test_a_change_by_cookie_needs_the_xsrf_header(
    ask, alice, sign_in, everything, problem, headers
):
    """A page of another site cannot make a browser change anything (D10)."""
    cookie = {"Cookie": (await sign_in(alice))["Cookie"]}
    before = everything()

    for kind in ("application/json", "text/plain"):
        answer = await ask(
            "POST",
            "runs",
            headers={**cookie, **headers, "Content-Type": kind},
            data={"name": "mnist"},
        )
        assert answer.code == 403
        assert "xsrf" in problem(answer)["message"].lower()

    assert everything() == before


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost"])
async def test_a_page_of_another_origin_gets_nothing(ask, alice, sign_in, origin):
    """Neither reads nor changes are answered to another site's page."""
    browser = {**await sign_in(alice), "Origin": origin}

    read = await ask("GET", "runs", headers=browser)
    changed = await ask("POST", "runs", headers=browser, data={"name": "mnist"})

    assert 400 <= read.code < 500
    assert 400 <= changed.code < 500
    assert "Access-Control-Allow-Origin" not in read.headers


async def test_a_rebound_name_gets_nothing(ask, alice, problem):
    """A name of somebody else's that points here is refused (DNS rebinding)."""
    answer = await ask("GET", "runs", alice, headers={"Host": "evil.example"})

    assert answer.code == 403
    assert problem(answer)["code"] == "refused"


async def test_no_secret_is_logged(ask, alice, sign_in, caplog, service, monkeypatch):
    """No token stands in the log, not even of a request that fails unexpectedly."""
    await sign_in(alice)
    await ask("GET", f"runs?token={alice.secret}&nothing=1")
    await ask("GET", f"nowhere?token={alice.secret}")
    await ask("GET", f"/a%40b/nowhere?token={alice.secret}")

    # a fault of the server itself: there is no storage any more
    monkeypatch.delattr(service, "place")
    failed = await ask("GET", f"runs?token={alice.secret}")

    assert failed.code == 500
    assert alice.secret not in caplog.text
    assert "AttributeError" in caplog.text


async def test_an_unexpected_error_tells_nothing_but_a_number(
    ask, alice, caplog, service, monkeypatch, problem
):
    """The details stand in the log, under the number that the answer gives."""
    monkeypatch.delattr(service, "place")

    answer = await ask("GET", "runs", alice)

    said = problem(answer)
    number = said["hint"].rpartition(" ")[2]
    assert (answer.code, said["code"]) == (500, "unexpected")
    assert b"AttributeError" not in answer.body
    assert f"[{number}]" in caplog.text


async def test_a_revoked_token_closes_the_live_socket(act, listen, alice):
    """Whoever is shut out sees nothing more, though the socket was open."""
    socket = await listen(alice)

    act("boss").call("members.revoke", handle="alice", token=alice.token_id)

    await _closed(socket)
    assert socket.close_code == 1008


async def test_another_role_closes_the_live_socket(act, listen, alice):
    """A socket opened under one role does not outlive it."""
    socket = await listen(alice)

    act("boss").call("members.role", handle="alice", role=Role.VIEWER)

    await _closed(socket)
    assert socket.close_code == 1008


async def _closed(socket) -> None:
    async with asyncio.timeout(10):
        while await socket.read_message() is not None:
            pass


async def test_a_stranger_opens_no_live_socket(listen):
    """The socket is refused before it opens."""
    with pytest.raises(HTTPClientError) as refused:
        await listen(None)
    assert refused.value.code == 401


async def test_another_origin_opens_no_live_socket(listen, alice, sign_in):
    """A page of another site cannot listen with somebody's cookie."""
    browser = await sign_in(alice)

    with pytest.raises(HTTPClientError) as refused:
        await listen(None, Cookie=browser["Cookie"], Origin="https://evil.example")
    assert refused.value.code == 403
    (await listen(None, Cookie=browser["Cookie"])).close()


class TestPlainServer:
    """Jupyter Server's own provider: one shared token, nobody has a name."""

    @pytest.fixture
    def identity(self) -> str:
        """No identity provider is configured."""
        return ""

    async def test_everybody_acts_as_who_runs_the_server(
        self, ask, jp_auth_header, service
    ):
        """Who holds the server's one token could act as its owner by a kernel, too."""
        first = await ask("GET", "teams", headers=dict(jp_auth_header))
        again = await ask("GET", "teams", headers=dict(jp_auth_header))

        team = json.loads(first.body)
        assert [member["login"] for member in team["members"]] == [
            service.settings.user
        ]
        assert json.loads(again.body)["me"] == team["me"]

    async def test_a_personal_token_is_worth_nothing_there(self, ask, sign_up):
        """Jupyter's own provider knows only its own token."""
        boss = sign_up("boss", Role.OWNER)

        assert (await ask("GET", "teams", boss)).code == 401
