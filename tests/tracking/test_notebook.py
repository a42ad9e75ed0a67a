"""Runs in a Jupyter kernel."""

import textwrap

import nbformat
import pytest
from nbclient import NotebookClient

from jupyter_artifacts.records.states import State


@pytest.fixture(name="execute")
def _execute(alice, monkeypatch):
    """Execute cells in a kernel of its own; return the outputs' text."""
    for name, value in alice.environment.items():
        monkeypatch.setenv(name, value)

    def execute(*cells: str) -> list[str]:
        sources = [textwrap.dedent(cell) for cell in cells]
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source) for source in sources]
        )
        client = NotebookClient(
            notebook,
            timeout=60,
            kernel_name="python3",
            resources={"metadata": {"path": str(alice.folder)}},
            allow_errors=True,
        )
        client.execute()
        return ["".join(map(_text, cell.outputs)) for cell in notebook.cells]

    return execute


def _text(output) -> str:
    shown = output.get("data", {}).get("text/plain")
    return output.get("text", "") if shown is None else f"{shown}\n"


def test_a_notebook_s_run_captures_its_own_folder(alice, execute):
    alice.write("data.csv", "a\n")
    printed = execute(
        """
        import jupyter_artifacts as ja
        run = ja.start_run("explore", params={"lr": 0.1})
        """,
        """
        run.log({"loss": 0.5}, step=0)
        (run.folder / "figure.txt").write_text("drawn")
        open("scratch.txt", "w").write("not an output")
        """,
        "run.finish()",
    )
    assert "run alice:explore-exp0 · capturing" in printed[0]
    experiment = alice.experiment("explore")
    assert experiment.state is State.COMPLETED
    assert experiment.source == "notebook"
    assert set(alice.files("explore")) == {"figure.txt"}
    folder = alice.folder / "jupyter_artifacts_outputs" / "alice-explore"
    assert (folder / "figure.txt").read_text() == "drawn"


def test_a_cell_s_error_ends_the_run_of_its_block(alice, execute):
    execute(
        """
        import jupyter_artifacts as ja
        with ja.start_run("explore") as run:
            run.log({"loss": 0.5})
            1 / 0
        """
    )
    experiment = alice.experiment("explore")
    assert experiment.state is State.ERRORED
    assert experiment.exit_reason.startswith("ZeroDivisionError")


def test_a_run_ends_with_its_kernel(alice, execute):
    execute(
        """
        import jupyter_artifacts as ja
        run = ja.start_run("explore")
        run.log({"loss": 0.5})
        """
    )
    assert alice.ended("explore").state.ended
    assert alice.values("explore", "training.loss") == [0.5]


def test_logging_and_downloading_show_one_line_each_in_a_notebook(alice, execute):
    alice.write("weights.bin", "w" * 3_000_000)
    _, printed, _ = execute(
        """
        import jupyter_artifacts as ja
        from jupyter_artifacts.team import showing
        showing._AT_ONCE = 0.0
        run = ja.start_run("explore")
        art = ja.Artifact("my-model")
        art.add("weights.bin")
        """,
        """
        run.log_artifact(art)
        receipt = ja.download("my-model@v0", "data/")
        """,
        "run.finish()",
    )
    assert [line.partition(" in ")[0] for line in printed.splitlines()] == [
        "logging my-model: 3.0 MB",
        "downloading my-model@v0: 3.0 MB",
    ]
