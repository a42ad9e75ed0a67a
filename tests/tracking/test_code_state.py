"""What git says of the code a run was started from."""

import subprocess

import pytest

from jupyter_artifacts.tracking.git import MAX_DIFF, code_state, without_credentials


@pytest.fixture(name="git")
def _git(tmp_path):
    def git(*words):
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@b", *words],  # noqa: S607
            cwd=tmp_path,
            check=True,
        )

    git("init", "-q", "-b", "main", ".")
    (tmp_path / "train.py").write_text("pass\n")
    git("add", ".")
    git("commit", "-qm", "first")
    return git


@pytest.mark.usefixtures("git")
def test_a_clean_checkout_is_clean(tmp_path):
    state = code_state(tmp_path)
    assert state["dirty"] is False
    assert state["diff"] == ""
    assert state["branch"] == "main"


@pytest.mark.usefixtures("git")
def test_an_untracked_file_makes_it_dirty(tmp_path):
    (tmp_path / "new.py").write_text("pass\n")
    assert code_state(tmp_path)["dirty"] is True


@pytest.mark.usefixtures("git")
def test_a_long_diff_is_cut_and_says_so(tmp_path):
    (tmp_path / "train.py").write_text("x = 1\n" * 100_000)
    state = code_state(tmp_path)
    assert len(state["diff"]) == MAX_DIFF
    assert state["diff_cut"] is True


def test_outside_a_repository_there_is_nothing(tmp_path):
    assert code_state(tmp_path) == {}


@pytest.mark.parametrize(
    ("remote", "shown"),
    [
        ("https://me:secret@example.org/a.git", "https://example.org/a.git"),
        ("https://token@example.org/a.git", "https://example.org/a.git"),
        ("https://example.org/a@b.git", "https://example.org/a@b.git"),
        ("git@example.org:a/b.git", "git@example.org:a/b.git"),
        ("/srv/a.git", "/srv/a.git"),
        ("https://user:p@ss@host/x.git", "https://host/x.git"),
        ("https://host:8443/x.git?private_token=t#f", "https://host:8443/x.git"),
        ("ssh://git@host:22/x.git", "ssh://host:22/x.git"),
        ("https://[broken/x.git", ""),
    ],
)
def test_a_remote_is_noted_without_credentials(remote, shown):
    assert without_credentials(remote) == shown
