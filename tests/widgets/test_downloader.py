import pytest

from jupyter_artifacts.errors import InvalidAddress, WouldOverwrite
from jupyter_artifacts.widgets import ArtifactDownloader
from jupyter_artifacts.widgets.base import VIEW


def test_static_form_lists_the_files(team, run):
    """A saved notebook shows what there was, with sizes and digests."""
    data, _ = ArtifactDownloader("mnist-exp0", team=team)._repr_mimebundle_()
    assert "metrics.json" in data["text/html"]
    assert "&lt;b&gt;&amp;.txt" in data["text/html"]
    assert "2 of 2 files of alice:mnist-exp0" in data["text/plain"]
    assert "blake3 " in data["text/plain"]


def test_view_names_the_address_and_the_folder(team, run):
    """Without the kernel a page can offer the same download."""
    downloader = ArtifactDownloader("mnist-exp0", "data", team=team)
    data, _ = downloader._repr_mimebundle_()
    assert (data[VIEW]["addresses"], data[VIEW]["to"]) == (["alice:mnist-exp0"], "data")


def test_download_does_what_the_plan_said(team, run, tmp_path):
    """Nothing is moved by planning; all of it by downloading."""
    downloader = ArtifactDownloader("mnist-exp0", tmp_path / "data", team=team)
    plan = downloader.plan()
    assert not (tmp_path / "data").exists()
    receipt = downloader.download()
    assert {file.path for file in receipt.files} == {file.path for file in plan.files}
    assert (tmp_path / "data" / "metrics.json").read_bytes() == b"0123456789"


def test_download_overwrites_nothing(team, run, tmp_path):
    """Somebody's own file of that name stays."""
    downloader = ArtifactDownloader("mnist-exp0", str(tmp_path), team=team)
    (tmp_path / "metrics.json").write_text("mine")
    with pytest.raises(WouldOverwrite):
        downloader.download()
    assert (tmp_path / "metrics.json").read_text() == "mine"


def test_a_wrong_address_is_an_error_at_once(team):
    """The mistake shows where it is made."""
    with pytest.raises(InvalidAddress):
        ArtifactDownloader("a b", team=team)
