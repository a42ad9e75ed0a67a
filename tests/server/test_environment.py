"""What kernels and terminals are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


def environ(pid: int) -> dict[str, str]:
    """The environment a process was started with."""
    pairs = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


@pytest.fixture
def jp_kernelspecs(jp_data_dir):
    """A kernel that does nothing but live."""
    folder = jp_data_dir / "kernels" / "sleeper"
    folder.mkdir(parents=True)
    spec = {
        "argv": ["sleep", "60"],
        "display_name": "sleeper",
        "language": "none",
        "env": {"JUPYTER_ARTIFACTS_SESSION_OF_SPEC": "kept"},
    }
    (folder / "kernel.json").write_text(json.dumps(spec))


@pytest.mark.parametrize("by", ["api/kernels", "api/sessions"])
async def test_a_kernel_is_told_who_started_it(
    ask, jp_kernelspecs, jp_serverapp, service, bob, by
):
    """Its code acts as that person, in this session, on this catalog."""
    data = {
        "name": "sleeper",
        "path": "a.ipynb",
        "type": "notebook",
        "kernel": {"name": "sleeper"},
    }
    answer = await ask("POST", f"/a%40b/{by}", bob, data=data)
    assert answer.code == 201, answer.body

    manager = jp_serverapp.kernel_manager
    (kernel,) = manager.list_kernel_ids()
    told = environ(manager.get_kernel(kernel).provisioner.pid)
    await manager.shutdown_kernel(kernel, now=True)

    assert told["JUPYTER_ARTIFACTS_USER"] == "bob"
    assert told["JUPYTER_ARTIFACTS_SESSION"] == service.place.id
    assert told["JUPYTER_ARTIFACTS_HOME"] == str(service.settings.home)
    assert told["JUPYTER_ARTIFACTS_STORAGE"] == str(service.settings.storage)
    assert told["JUPYTER_ARTIFACTS_SESSION_OF_SPEC"] == "kept"
    assert "PATH" in told


async def test_a_terminal_is_told_who_started_it(ask, jp_serverapp, bob, service):
    """What is typed into it acts as that person, in this session."""
    await jp_serverapp.extension_manager.start_extension("jupyter_artifacts")
    answer = await ask("POST", "/a%40b/api/terminals", bob, data={})
    assert answer.code == 200, answer.body

    manager = jp_serverapp.web_app.settings["terminal_manager"]
    (terminal,) = manager.terminals.values()
    told = environ(terminal.ptyproc.pid)

    assert told["JUPYTER_ARTIFACTS_USER"] == "bob"
    assert told["JUPYTER_ARTIFACTS_SESSION"] == service.place.id


async def test_what_nobody_started_acts_as_the_owner(app, jp_kernelspecs, jp_serverapp):
    """A kernel that the server starts by itself is its owner's."""
    manager = jp_serverapp.kernel_manager
    kernel = await manager.start_kernel(kernel_name="sleeper")
    told = environ(manager.get_kernel(kernel).provisioner.pid)
    await manager.shutdown_kernel(kernel, now=True)

    assert told["JUPYTER_ARTIFACTS_USER"] == app.service.settings.user
