import os
from pathlib import Path

import pytest

from jupyter_artifacts.errors import InvalidRequest, NotWritable
from jupyter_artifacts.settings import Settings


def test_the_environment_says_where_things_are_and_who_acts(tmp_path):
    """Every variable lands in its field."""
    settings = Settings.from_environment(
        {
            "JUPYTER_ARTIFACTS_HOME": str(tmp_path / "home"),
            "JUPYTER_ARTIFACTS_STORAGE": str(tmp_path / "bytes"),
            "JUPYTER_ARTIFACTS_URL": "https://team.example.org",
            "JUPYTER_ARTIFACTS_TOKEN": "secret",
            "JUPYTER_ARTIFACTS_USER": "alice",
            "JUPYTER_ARTIFACTS_SESSION": "01J",
            "JUPYTER_ARTIFACTS_EXPERIMENT": "alice:mnist-exp0",
        }
    )
    assert settings.home == tmp_path / "home"
    assert settings.storage == tmp_path / "bytes"
    assert settings.database.parent == settings.spool.parent == settings.home
    assert (settings.url, settings.user) == ("https://team.example.org", "alice")
    assert (settings.token, settings.session) == ("secret", "01J")
    assert settings.experiment == "alice:mnist-exp0"


def test_the_storage_lies_in_the_home_unless_said():
    """One variable moves everything."""
    settings = Settings.from_environment({"JUPYTER_ARTIFACTS_HOME": "/srv/team"})
    assert settings.storage == Path("/srv/team/storage")


def test_home_wins_over_jupyters_data_folder(tmp_path):
    """Else it is the folder "artifacts" of Jupyter's own."""
    env = {"JUPYTER_DATA_DIR": str(tmp_path / "jupyter")}
    assert Settings.from_environment(env).home == tmp_path / "jupyter" / "artifacts"
    env["JUPYTER_ARTIFACTS_HOME"] = str(tmp_path / "ours")
    assert Settings.from_environment(env).home == tmp_path / "ours"


def test_who_acts_is_ours_then_the_hubs_then_the_login():
    """The first that is said."""
    env = {"JUPYTER_ARTIFACTS_USER": "alice", "JUPYTERHUB_USER": "bob"}
    assert Settings.from_environment(env).user == "alice"
    env["JUPYTER_ARTIFACTS_USER"] = ""
    assert Settings.from_environment(env).user == "bob"
    assert Settings.from_environment({}).user


def test_a_relative_or_home_path_is_made_whole(monkeypatch, tmp_path):
    """What a process writes does not move with its working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    relative = Settings.from_environment({"JUPYTER_ARTIFACTS_HOME": "team"})
    assert relative.home == tmp_path / "team"
    tilde = Settings.from_environment({"JUPYTER_ARTIFACTS_HOME": "~/team"})
    assert tilde.home == tmp_path / "me" / "team"


def test_the_token_is_never_shown():
    """Neither printed nor in a traceback that prints settings."""
    settings = Settings.from_environment({"JUPYTER_ARTIFACTS_TOKEN": "s3cr3t"})
    assert "s3cr3t" not in repr(settings) + str(settings)


def test_prepare_makes_folders_that_others_cannot_read(tmp_path):
    """Owner and group only; twice is as good as once."""
    settings = Settings.from_environment(
        {"JUPYTER_ARTIFACTS_HOME": str(tmp_path / "a" / "home")}
    )
    settings.prepare()
    settings.prepare()
    for folder in settings.folders:
        assert folder.is_dir()
        assert folder.stat().st_mode & 0o007 == 0


@pytest.mark.parametrize("in_the_way", ["home", "home/storage", "home/spool"])
def test_a_folder_that_cannot_be_made_is_said_with_the_cure(tmp_path, in_the_way):
    """A file in the way stops even root."""
    blocked = tmp_path / in_the_way
    blocked.parent.mkdir(exist_ok=True)
    blocked.write_bytes(b"")
    settings = Settings.from_environment(
        {"JUPYTER_ARTIFACTS_HOME": str(tmp_path / "home")}
    )
    with pytest.raises(NotWritable) as caught:
        settings.prepare()
    assert caught.value.address == str(blocked)
    assert "JUPYTER_ARTIFACTS_HOME" in caught.value.hint


def test_a_folder_that_cannot_be_written_is_said(tmp_path, monkeypatch):
    """The folder is there, but this process may not write into it."""
    settings = Settings.from_environment({"JUPYTER_ARTIFACTS_HOME": str(tmp_path)})
    if os.getuid() == 0:  # root may write everywhere: ask as the system would answer
        monkeypatch.setattr(os, "access", lambda *_, **__: False)
    else:
        tmp_path.chmod(0o555)
    with pytest.raises(NotWritable, match="the folder cannot be"):
        settings.prepare()


def test_a_home_remembers_the_bucket_that_was_used_last(tmp_path):
    env = {"JUPYTER_ARTIFACTS_HOME": str(tmp_path)}
    uri = "s3://bucket/prefix"
    bucket = Settings.from_environment({**env, "JUPYTER_ARTIFACTS_STORAGE": uri})
    assert Settings.from_environment(env).storage == tmp_path / "storage"
    bucket.prepare()
    assert Settings.from_environment(env).storage == uri


def test_a_folder_named_instead_of_a_bucket_is_believed(tmp_path):
    env = {"JUPYTER_ARTIFACTS_HOME": str(tmp_path)}
    name = "JUPYTER_ARTIFACTS_STORAGE"
    Settings.from_environment({**env, name: "gs://bucket"}).prepare()
    Settings.from_environment({**env, name: str(tmp_path / "bytes")}).prepare()
    assert Settings.from_environment(env).storage == tmp_path / "storage"


@pytest.mark.parametrize("uri", ["s3://key:secret@bucket", "s3://bucket?sig=secret"])
def test_a_secret_in_a_uri_is_not_written_down(tmp_path, uri):
    env = {"JUPYTER_ARTIFACTS_HOME": str(tmp_path), "JUPYTER_ARTIFACTS_STORAGE": uri}
    Settings.from_environment(env).prepare()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("text", ["s3:/team/x", "team/x", "./bytes", "bytes"])
def test_a_storage_that_depends_on_where_one_stands_is_refused(tmp_path, text):
    env = {"JUPYTER_ARTIFACTS_HOME": str(tmp_path), "JUPYTER_ARTIFACTS_STORAGE": text}
    with pytest.raises(InvalidRequest, match=r"which is no place.*whole path"):
        Settings.from_environment(env)
