"""The demo's folder."""

import pytest

from jupyter_artifacts.demo.places import Places
from jupyter_artifacts.errors import Conflict, NotWritable


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    """A folder with other things in it is refused, and stays as it was."""
    (tmp_path / "thesis.tex").write_text("all of it")

    with pytest.raises(Conflict, match="other things"), Places(tmp_path).hold():
        pass

    assert [each.name for each in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    """Where no folder can be made, the error says which and what to do."""
    (tmp_path / "file").touch()

    with pytest.raises(NotWritable, match="--home"), Places(tmp_path / "file/x").hold():
        pass


def test_beginning_anew_removes_read_only_folders(tmp_path):
    """A frozen datastore does not keep the demo from beginning anew."""
    places = Places(tmp_path / "demo")
    frozen = places.team / "storage" / "datastores" / "wine"
    with places.hold():
        places.clear()
        frozen.mkdir(parents=True)
        (frozen / "wine.csv").touch()
        frozen.chmod(0o500)

        places.clear()

    assert list(places.team.iterdir()) == []


def test_what_was_interrupted_is_not_complete(tmp_path):
    """Beginning anew takes back what said that the team is there."""
    places = Places(tmp_path / "demo")
    with places.hold():
        places.set_complete()
        before = places.complete
        places.clear()

    assert before
    assert not places.complete


def test_a_notebook_that_was_changed_stays(tmp_path):
    """Copying the notebooks again does not undo somebody's work."""
    places = Places(tmp_path / "demo")
    with places.hold():
        places.clear()
        places.copy_notebooks()
        mine = places.notebooks / "01-team-runs.ipynb"
        mine.write_text("mine")
        places.copy_notebooks()

    assert mine.read_text() == "mine"
