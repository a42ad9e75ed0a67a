"""`jupyter artifacts run` in a terminal: the keyboard is the script's."""

import os
import pty
import signal
import sys

from jupyter_artifacts.records.states import State

PROGRAM = "import sys; from jupyter_artifacts.cli.main import main; sys.exit(main())"


def read_until(terminal, text):
    """Return what the terminal shows, up to and with `text`."""
    shown = b""
    while text not in shown:
        shown += os.read(terminal, 4096)
    return shown


def run_in_terminal(alice, code):
    """Start `jupyter artifacts run train.py` as a shell would; return pid, terminal."""
    alice.write("train.py", code)
    pid, terminal = pty.fork()
    if pid == 0:  # pragma: no cover - another process
        os.chdir(alice.folder)
        words = [sys.executable, "-c", PROGRAM, "run", "train.py"]
        os.execve(sys.executable, words, alice.environment)  # noqa: S606 - as a shell does
    return pid, terminal


def end_of(pid, terminal):
    """Return the exit status."""
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(terminal)
    return status


def test_ctrl_c_on_the_keyboard_reaches_the_script_once(alice):
    pid, terminal = run_in_terminal(
        alice,
        """
        import signal, time
        caught = []
        signal.signal(signal.SIGINT, lambda *_: caught.append(1))
        print("ready", flush=True)
        while not caught:
            time.sleep(0.01)
        time.sleep(0.5)
        print("caught", len(caught), flush=True)
        raise SystemExit(130)
        """,
    )
    read_until(terminal, b"ready")
    os.write(terminal, b"\x03")
    assert b"caught 1" in read_until(terminal, b"caught 1\r\n")
    assert end_of(pid, terminal) == 130
    assert alice.ended("train").state is State.CANCELED


def test_the_script_can_ask_at_the_terminal(alice):
    pid, terminal = run_in_terminal(
        alice,
        """
        import sys
        print(sys.stdout.isatty(), sys.stdin.isatty(), flush=True)
        print("hello", input("name? "))
        """,
    )
    assert b"True True" in read_until(terminal, b"name? ")
    os.write(terminal, b"bob\n")
    read_until(terminal, b"hello bob")
    assert end_of(pid, terminal) == 0
    assert "hello bob" in alice.log("train", "stdout")


def test_ctrl_z_stops_command_and_script_and_both_go_on(alice):
    pid, terminal = run_in_terminal(
        alice,
        """
        print("ready", flush=True)
        print("hello", input("name? "))
        """,
    )
    read_until(terminal, b"name? ")
    os.write(terminal, b"\x1a")
    _, status = os.waitpid(pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    os.killpg(pid, signal.SIGCONT)
    os.write(terminal, b"bob\n")
    read_until(terminal, b"hello bob")
    assert end_of(pid, terminal) == 0
