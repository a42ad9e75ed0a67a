"""The notebooks: what a reader opens works as it stands."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from jupyter_artifacts.demo.making import make_team
from jupyter_artifacts.demo.places import Places
from jupyter_artifacts.demo.stream import streaming, wait_for_metrics

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
WIDGET = "application/vnd.jupyter.widget-view+json"


def read(path):
    return nbformat.read(path, as_version=4)


def codes(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_kept_without_outputs(path):
    """A notebook under version control holds no outputs and no counts."""
    assert all(not cell.outputs for cell in codes(read(path)))
    assert all(cell.execution_count is None for cell in codes(read(path)))


def test_the_readme_begins_as_the_first_notebook_does():
    """The example of the README is the first cell of notebook 01."""
    shown = re.findall(
        r"```python\n(.*?)\n```", (ROOT / "README.md").read_text(), re.DOTALL
    )

    assert shown[0] == codes(read(NOTEBOOKS[0]))[0].source


def test_the_readmes_example_works_where_nothing_is_yet(tmp_path):
    """On a fresh catalog each line does what it says, and again when it is repeated."""
    example = codes(read(NOTEBOOKS[0]))[0].source
    asked = "print(len(good), [file.target for file in receipt.files])"
    home = {"JUPYTER_ARTIFACTS_HOME": str(tmp_path / "home")}
    for times in (1, 2):
        done = subprocess.run(
            [sys.executable, "-c", f"{example}\n{asked}"],
            cwd=tmp_path,
            env={**os.environ, **home},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout == f"{times} ['notes.md']\n"


@pytest.fixture(scope="module", name="executed")
def execute_as_bob(tmp_path_factory):
    """Notebook 01, executed by bob in a demo team's folder."""
    places = Places(tmp_path_factory.mktemp("demo"))
    patch = pytest.MonkeyPatch()
    patch.setenv("JUPYTER_ARTIFACTS_HOME", str(places.team))
    patch.setenv("JUPYTER_ARTIFACTS_USER", "bob")
    notebook = read(NOTEBOOKS[0])
    where = {"metadata": {"path": str(places.notebooks)}}
    with patch.context(), places.hold():
        make_team(places, print, small=True)
        with streaming(places):
            wait_for_metrics(places)
            NotebookClient(notebook, timeout=120, resources=where).execute()
    patch.undo()
    return {cell.id: cell.outputs for cell in codes(notebook)}


def plain(outputs):
    return "\n".join(each.data["text/plain"] for each in outputs if "data" in each)


def test_every_cell_runs(executed):
    """No cell of notebook 01 raises, and none is left out."""
    assert len(executed) == len(codes(read(NOTEBOOKS[0])))


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        ("explorer", "digits-stream-exp0"),
        ("metric-plot", "digits-sweep-exp5"),
        ("downloader", "predictions.parquet"),
    ],
)
def test_a_widget_is_live_and_says_the_same_as_text(executed, cell, part):
    """A widget's cell has its live view, and text that holds the data."""
    (output,) = executed[cell]

    assert WIDGET in output.data
    assert part in output.data["text/plain"]


def test_a_run_of_ones_own_is_there_with_its_file(executed):
    """The run that the last cell trains ends complete, its file captured."""
    assert "bob:my-wine-exp0 COMPLETED · 1 file" in plain(executed["own-run"])


def test_the_download_was_checked(executed):
    """The receipt that the notebook prints names the check that ran."""
    (output,) = executed["receipt"]

    assert re.search(
        r"^written notes\.md \d+ bytes, blake3$", output.text, re.MULTILINE
    )
