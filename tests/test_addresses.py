import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_artifacts.addresses import (
    LOG_STREAMS,
    Address,
    AssetPath,
    check_name,
    datastore_address,
    experiment_address,
    handle_from_login,
    parse_address,
    reason_against_path,
    run_address,
)
from jupyter_artifacts.errors import InvalidAddress, InvalidPath

LETTERS = string.ascii_letters + string.digits + "-_."
TREES = {"runs", "artifacts", "datastores"}


def _is_run(name: str) -> bool:
    _, found, digits = name.rpartition("-exp")
    return not (found and digits.isdigit())


names = st.text(LETTERS, min_size=1, max_size=128).filter(
    lambda name: not name.startswith(".")
)
runs = names.filter(_is_run)
versions = st.integers(0, 999_999_999).map("v{}".format)
segments = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="/\\"),
    min_size=1,
    max_size=20,
).filter(lambda part: part not in {".", ".."})
paths = st.lists(segments, min_size=1, max_size=4).map("/".join).map(AssetPath)
experiments = st.builds(experiment_address, names, runs, st.integers(0, 999_999_999))
addresses = st.one_of(
    st.builds(Address, st.sampled_from(sorted(TREES))),
    st.builds(lambda user: Address("runs", user=user), names),
    st.builds(run_address, names, runs),
    experiments,
    st.builds(
        lambda place, section: replace(place, section=section),
        experiments,
        st.sampled_from(["files", "checkpoints", "logs"]),
    ),
    st.builds(lambda place, path: place.file(str(path)), experiments, paths),
    st.builds(
        lambda place, uuid, path: replace(
            place, section="checkpoints", item=uuid, path=path
        ),
        experiments,
        st.uuids().map(str),
        st.none() | paths,
    ),
    st.builds(
        lambda place, stream: replace(place, section="logs", item=stream),
        experiments,
        st.sampled_from(LOG_STREAMS),
    ),
    st.builds(lambda name: Address("artifacts", name=name), names),
    st.builds(
        lambda name, version, path: Address(
            "artifacts", name=name, version=version, path=path
        ),
        names,
        versions | names,
        st.none() | paths,
    ),
    st.builds(datastore_address, names),
    st.builds(
        lambda name, version, path: replace(
            datastore_address(name, version), path=path
        ),
        names,
        versions,
        st.none() | paths,
    ),
)


@given(addresses)
def test_the_tree_form_round_trips(address):
    """What an address says of itself is read as that address."""
    assert parse_address(address.tree) == address


@given(addresses)
def test_the_short_form_round_trips(address):
    """What people are shown, they can type."""
    assert parse_address(address.short) == address
    assert str(address) == address.short


@given(st.text() | st.text(LETTERS + ":@/%\\ \0\n"))
def test_any_text_is_an_address_or_a_clear_error(text):
    """Nothing else ever comes out, and what parses stays the same in the tree."""
    try:
        address = parse_address(text, me="me")
    except (InvalidAddress, InvalidPath):
        return
    assert parse_address(address.tree) == address
    assert parse_address(address.short) == address


@given(st.text())
def test_any_text_is_a_path_or_a_clear_error(text):
    """`reason_against_path` and `AssetPath` agree."""
    reason = reason_against_path(text)
    if not reason:
        assert str(AssetPath(text)) == text
        return
    with pytest.raises(InvalidPath) as caught:
        AssetPath(text)
    assert caught.value.message.endswith(reason)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("alice:mnist", "runs/alice/mnist"),
        ("alice:mnist-exp0", "runs/alice/mnist/exp0"),
        (
            "alice:mnist-exp0/figures/loss.png",
            "runs/alice/mnist/exp0/files/figures/loss.png",
        ),
        ("mnist-exp0", "runs/me/mnist/exp0"),
        ("mnist", "runs/me/mnist"),
        ("mnist-exp10/a", "runs/me/mnist/exp10/files/a"),
        ("alice:", "runs/alice"),
        ("my-model@v3", "artifacts/my-model/v3"),
        ("my-model@latest/w", "artifacts/my-model/latest/w"),
        ("datastores/cats/v2", "datastores/cats/v2"),
        ("datastores/cats/", "datastores/cats"),
        ("alice:mnist-exp", "runs/alice/mnist-exp"),
        ("alice:mnist-exp0/a:b@c.png", "runs/alice/mnist/exp0/files/a:b@c.png"),
        (
            "runs/alice/mnist/exp0/files/100% & é #1",
            "runs/alice/mnist/exp0/files/100% & é #1",
        ),
    ],
)
def test_what_people_type(text, tree):
    """The table of the design, and what it leaves to be decided."""
    assert parse_address(text, me="me").tree == tree


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no address"),
        ("mnist", "is no address"),
        (":mnist", "''"),
        ("alice:mnist/a.txt", "names a path but no experiment"),
        ("alice:a-exp1-exp2", "the ending names an experiment"),
        ("alice:mnist-exp01", "the ending names an experiment"),
        ("runs/alice/mnist/0", "is no experiment of a run"),
        ("runs/alice/mnist/exp0/outputs", "an experiment has no"),
        ("runs/alice/mnist/exp0/logs/secret", "there is no log"),
        ("runs/alice/mnist/exp0/logs/stdout/x", "there is no log"),
        ("datastores/cats/latest", "is no version of a datastore"),
        ("datastores/cats/v01", "is no version of a datastore"),
        ("model@", "is no version of an artifact"),
        ("model@v1@v2", "is no version of an artifact"),
        ("alice mnist", "ends no user, run or version"),
        ("alice\0bob:mnist", "ends no user"),
        ("аlice:mnist", "ends no user"),  # noqa: RUF001 - the Cyrillic letter is the attack
        ("../etc", "is no address"),
        ("runs//mnist", "cannot be the name of a user"),
        ("runs/../mnist", "cannot be the name of a user"),
    ],
)
def test_what_is_no_address_says_why(text, said):
    """Each with the text it failed on, or the part of it."""
    with pytest.raises(InvalidAddress, match=said):
        parse_address(text)


REFUSED = [
    *("../a", "a/..", "a/../b", "../../../../etc/passwd", ".."),
    *("/etc/passwd", "//host/share", "/"),
    *("..\\a", "a\\b", "C:\\windows", "\\\\host\\share"),
    *("", ".", "./a", "a/.", "./.", ".//", "a//b", "a/"),
    *("a\0", "\0", "a\nb", "a\rb", "a\tb", "\x1b[31m", "a\x7f", "a\x85b", "\x9b"),
    *("\ud800", "a/\udcff"),
    "x" * 4097,
]
LITERAL = [
    *("%2e%2e%2f", "%252e%252e%252f", "%2e%2e/%2e%2e", "%00", "%5c"),
    *("..;", "..;/a", "a;b", "...", "..a", "a..", ". ", ".. ", " ..", "a.", "a "),
    *("a?x=..", "a#b", "file:", "C:", "C:a", "~", "~root", "$HOME", "-rf", "*"),
    *("．．", "․․", "‥", "a／b"),  # noqa: RUF001 - look-alikes of dots and slashes
    *("\u202egnp.exe", "\u200b", "\ufeffa", "é", "e\u0301", "ﬁ", "İ"),
    *("CON", "nul.txt", "a" * 300, "😀/日本語", "a b+c&d=e%f'g\"h<i>"),
]


@pytest.mark.parametrize("text", REFUSED)
def test_a_path_that_leaves_its_place_is_refused(text):
    """As itself, and as the end of an address."""
    with pytest.raises(InvalidPath):
        AssetPath(text)
    if not text.endswith("/") and text:
        with pytest.raises(InvalidPath):
            parse_address(f"runs/alice/mnist/exp0/files/{text}")
        with pytest.raises(InvalidPath):
            parse_address(f"alice:mnist-exp0/{text}")


@pytest.mark.parametrize("text", LITERAL)
def test_what_only_looks_dangerous_is_a_name_like_any_other(text, tmp_path):
    """Nothing is decoded, folded or trimmed: it comes back to the very character."""
    path = AssetPath(text)
    assert str(path) == text
    assert parse_address(f"alice:mnist-exp0/{text}").path == path
    assert path.inside(tmp_path).is_relative_to(tmp_path)
    assert tmp_path in path.inside(tmp_path).resolve().parents


def test_a_child_is_checked_as_well():
    """Joining is no way out."""
    assert str(AssetPath("a").child("b/c")) == "a/b/c"
    for below in ("..", "/etc", "", "b/../../c"):
        with pytest.raises(InvalidPath):
            AssetPath("a").child(below)


@given(paths)
def test_parts_and_name_make_the_path(path):
    """Nothing gets lost between the segments."""
    assert "/".join(path.parts) == str(path)
    assert path.name == path.parts[-1]


@pytest.mark.parametrize("name", ["", ".a", "a b", "a/b", "é", "x" * 129, "a\n", "a:b"])
def test_a_name_that_addresses_could_not_hold_is_refused(name):
    """With the rule that it breaks."""
    with pytest.raises(InvalidAddress) as caught:
        check_name(name, "artifact")
    assert "1-128" in caught.value.hint


def test_only_a_run_may_not_end_like_an_experiment():
    """So that a short address is never ambiguous."""
    assert check_name("a-exp1", "datastore") == "a-exp1"
    with pytest.raises(InvalidAddress, match="names an experiment"):
        check_name("a-exp1", "run")


@given(st.text())
def test_every_login_becomes_a_handle_that_addresses_can_hold(login):
    """Whatever the identity provider calls a person."""
    handle = handle_from_login(login)
    assert check_name(handle, "user") == handle


def test_an_e_mail_address_gives_the_part_before_the_at():
    """Accents are dropped, other characters become dashes."""
    assert handle_from_login("Zoë.Doe+ml@example.org") == "Zoe.Doe-ml"


def test_an_address_knows_what_it_lies_in():
    """From a file up to its experiment and run; not where there is none."""
    file = parse_address("alice:mnist-exp0/a/b")
    assert file.of_experiment() == experiment_address("alice", "mnist", 0)
    assert file.of_run() == run_address("alice", "mnist")
    with pytest.raises(InvalidAddress, match="names no experiment"):
        run_address("alice", "mnist").of_experiment()
    with pytest.raises(InvalidAddress, match="names no run"):
        datastore_address("cats").of_run()


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a:b-exp0/files/out/x", "a short address goes without files/: a:b-exp0/out/x"),
        ("a:b-exp0/files", "a short address goes without files/: a:b-exp0"),
        ("a:b-exp0/logs", "its logs are at runs/a/b/exp0/logs"),
        ("a:b-exp0/logs/output", "its logs are at runs/a/b/exp0/logs/output"),
        ("a:b-exp0/logs/none/x", "its logs are at runs/a/b/exp0/logs"),
        ("a:b-exp0/checkpoints/", "its checkpoints are at runs/a/b/exp0/checkpoints"),
        ("a:b-exp0/out/logs", ""),
        ("datastores/logs/v1/logs/x", ""),
    ],
)
def test_a_short_address_written_like_the_trees_is_told_which_works(text, hint):
    """What the tree calls files, logs and checkpoints, a short address does not."""
    assert parse_address(text).hint_at_section() == hint
    if hint:
        parse_address(hint.rpartition(" ")[2])


def test_a_folder_may_end_with_a_slash():
    """What `ls` shows of a folder can be typed as it stands."""
    assert parse_address("a:b-exp0/out/") == parse_address("a:b-exp0/out")


def test_no_hint_offers_what_is_not_there_yet():
    """Versions of artifacts are read as addresses, but not advertised."""
    with pytest.raises(InvalidAddress) as caught:
        parse_address("what?")
    assert "@" not in caught.value.hint
