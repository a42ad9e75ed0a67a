from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from jupyter_artifacts.cli.main import COMMANDS, commands

COMMAND = Path(sys.prefix, "bin", "jupyter")
HEAVY = ("sqlalchemy", "alembic", "pandas", "numpy", "rich", "jupyter_server")


def test_jupyter_finds_the_command(process):
    """`jupyter artifacts` is a command of Jupyter's, and says its version."""
    ended = process("--version")
    assert ended.status == 0
    assert ended.out.startswith("jupyter-artifacts, version ")


@pytest.mark.parametrize("arguments", [["--help"], ["ls", "--help"], ["run", "--help"]])
def test_help_imports_nothing_heavy(home, arguments):
    """Help comes at once: neither database nor tables of numbers are imported."""
    code = (
        "import json, sys; from jupyter_artifacts.cli.main import main\n"
        f"main({arguments!r})\n"
        f"print(json.dumps([m for m in {HEAVY!r} if m in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    )
    assert json.loads(done.stdout.splitlines()[-1]) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_of_help_is_the_commands_own(name):
    """What the list of commands says is what the command says of itself."""
    command = commands.get_command(click.Context(commands), name)
    assert command is not None
    first = (command.help or "").splitlines()[0]
    assert first == COMMANDS[name][1]


HERE = Path(__file__).parents[2]
SOURCES = sorted((HERE / "jupyter_artifacts/cli").rglob("*.py"))


def test_what_is_said_to_be_installed_is_what_the_readme_installs():
    """Every `pip install` of an error is the README's, from the repository."""
    readme = (HERE / "README.md").read_text()
    said = [
        target.strip("'")
        for source in SOURCES
        for target in re.findall(r'pip install .*?(\S+)"', source.read_text())
    ]
    assert sorted(said) == [".", ".[demo]", ".[lab]"]
    for target in said:
        assert re.search(rf"pip install '?{re.escape(target)}'?\s", readme)


def test_an_unknown_command_is_wrong_usage(ja):
    """Exit status 2, and the command that was probably meant."""
    ended = ja("histroy")
    assert ended.status == 2
    assert "Did you mean 'history'?" in ended.err


def test_an_unknown_option_is_wrong_usage(ja):
    """Exit status 2, and where to read on."""
    ended = ja("ls", "--jsn")
    assert ended.status == 2
    assert "ls --help" in ended.err


@pytest.fixture
def broken_command():
    @commands.command("explode")
    def explode() -> None:
        msg = "two\nlines \x1b[2J"
        raise ValueError(msg)

    yield
    del commands.commands["explode"]


def test_a_bug_is_one_line(ja, broken_command):
    """An exception nobody meant is one line that says how to see more."""
    ended = ja("explode")
    assert ended.status == 70
    assert ended.err.count("\n") == 1
    assert "JUPYTER_ARTIFACTS_DEBUG=1" in ended.err
    assert "\x1b" not in ended.err


def test_a_bug_shows_its_traceback_when_asked(ja, broken_command, monkeypatch):
    """With JUPYTER_ARTIFACTS_DEBUG the exception comes out as it is."""
    monkeypatch.setenv("JUPYTER_ARTIFACTS_DEBUG", "1")
    with pytest.raises(ValueError, match="two"):
        ja("explode")


def test_ctrl_c_is_130(alice, made):
    """Ctrl-C ends a command with one word and status 130."""
    made(alice)
    following = subprocess.Popen(
        [COMMAND, "artifacts", "logs", "-f", "alice:mnist-exp0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert following.stdout is not None
    assert following.stdout.readline() == b"epoch 1\n"
    following.send_signal(signal.SIGINT)
    _, err = following.communicate(timeout=30)
    assert following.returncode == 130
    assert err.strip() == b"interrupted"


def test_a_reader_that_goes_away_is_no_error(alice, made, tmp_path):
    """`… | head -c 1` ends in silence, with a status that says so."""
    at = made(alice)
    large = tmp_path / "large"
    large.write_bytes(bytes(8 << 20))
    alice.call("files.capture", **at, path="large", source=large)
    reading, writing = os.pipe()
    writer = subprocess.Popen(
        [COMMAND, "artifacts", "cat", "alice:mnist-exp0/large"],
        stdout=writing,
        stderr=subprocess.PIPE,
    )
    os.close(writing)
    os.read(reading, 1)
    os.close(reading)
    _, err = writer.communicate(timeout=30)
    assert writer.returncode == 141
    assert err == b""


def test_a_reader_that_was_never_there_is_no_error(alice, made):
    """What is left in a buffer makes no noise at the end either."""
    made(alice)
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [COMMAND, "artifacts", "ls", "alice:mnist-exp0"],
        stdout=writing,
        stderr=subprocess.PIPE,
        env={k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"},
        check=False,
    )
    os.close(writing)
    assert done.returncode == 141
    assert b"Exception" not in done.stderr


def test_python_dash_m_is_the_command_line(home):
    """Where no script is on the path, the package itself is the command."""
    asked = [sys.executable, "-m", "jupyter_artifacts", "ls", "nope:nope"]
    ended = subprocess.run(asked, capture_output=True, check=False, text=True)
    assert ended.returncode == 1
    assert ended.stderr.startswith("error: nope")


def test_a_command_that_is_done_is_over(home):
    """Python looks among a hundred thousand objects for garbage else, in the end."""
    code = (
        "import gc, sys; from jupyter_artifacts.cli.main import program\n"
        "sys.argv = ['jupyter-artifacts', 'status']\n"
        "sys.exit(program() or not gc.get_freeze_count())"
    )
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert [path.name for path in home.glob("catalog*")] == ["catalog.sqlite"]
