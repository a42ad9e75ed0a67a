import base64
import re

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

CODE = """
import jupyter_artifacts.widgets as widgets
explorer = widgets.RunExplorer()
explorer
"""


@pytest.fixture(name="executed", scope="module")
def _executed(tmp_path_factory):
    """A notebook that a real kernel ran, with an explorer as its output."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_ARTIFACTS_HOME", str(home))
        patch.setenv("JUPYTER_ARTIFACTS_USER", "alice")
        start = (
            "from jupyter_artifacts.team import connect\n"
            "run = connect().carrier.call('runs.start', name='mnist')"
        )
        cells = [nbformat.v4.new_code_cell(source) for source in (start, CODE)]
        notebook = nbformat.v4.new_notebook(cells=cells)
        NotebookClient(notebook, timeout=120, kernel_name="python3").execute(
            cwd=str(home)
        )
    return notebook


def test_a_notebook_without_widget_state_shows_the_table(executed):
    """As JupyterLab and GitHub keep notebooks: nbconvert shows the static form."""
    saved = nbformat.from_dict(executed)
    saved.metadata.pop("widgets", None)
    html, _ = HTMLExporter(template_name="basic").from_notebook_node(saved)
    assert "<table" in html
    assert "alice:mnist-exp0" in html
    assert "1 of 1 experiments" in html


def test_a_notebook_with_widget_state_carries_the_table_in_it(executed):
    """Where the widget itself is embedded, it has no kernel, but its snapshot."""
    states = executed.metadata.widgets["application/vnd.jupyter.widget-state+json"]
    snapshots = [each["state"].get("_snapshot") for each in states["state"].values()]
    (snapshot,) = filter(None, snapshots)
    assert "alice:mnist-exp0" in snapshot


def test_nothing_in_the_static_form_needs_a_style_sheet_or_a_script(executed):
    """Sanitizers strip both; classes and ids would be another page's business."""
    html = executed.cells[1].outputs[0].data["text/html"]
    assert not re.search(r"<(script|style|svg|iframe|link)|\s(class|id|on\w+)=", html)
    for image in re.findall(r"base64,([^\"]+)", html):
        assert b"<script" not in base64.b64decode(image)
