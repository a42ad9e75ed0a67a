"""What a pickle would import is told without loading it."""

from __future__ import annotations

import io
import os
import pickle
import zipfile
import zlib
from collections import OrderedDict

import joblib
import numpy as np
import pandas as pd
import pytest

from jupyter_artifacts.formats.peeking import peek
from jupyter_artifacts.formats.pickles import imports_of


class Evil:
    """What would run a command where it is loaded."""

    def __reduce__(self):
        return os.system, ("exit 1",)


def names(content: bytes, **options) -> list[str]:
    return list(imports_of(io.BytesIO(content), **options).names)


@pytest.mark.parametrize("protocol", range(6))
def test_names_are_told_in_every_protocol(protocol):
    assert names(pickle.dumps(Evil(), protocol)) == [f"{os.system.__module__}.system"]


def test_a_name_used_twice_is_told_once():
    assert names(pickle.dumps([OrderedDict(), OrderedDict()])) == [
        "collections.OrderedDict"
    ]


def test_arrays_and_frames_are_told():
    frame = pd.DataFrame({"a": np.arange(3)})

    found = imports_of(io.BytesIO(pickle.dumps(frame)))

    assert "pandas.DataFrame" in found.names
    assert not found.stopped


def test_what_holds_no_names_imports_nothing():
    assert names(pickle.dumps({"module": "os", "name": ["system"]})) == []


def test_a_name_that_is_worked_out_is_said_to_be_unknown():
    # "o" "s" joined by a call, then looked up
    content = b"\x80\x04c_operator\nadd\n\x8c\x01o\x8c\x01s\x86R\x8c\x06system\x93."

    found = imports_of(io.BytesIO(content))

    assert list(found.names) == ["_operator.add", "?.system"]
    assert found.unknown


def test_a_text_that_is_dropped_again_does_not_hide_a_name():
    content = b"\x80\x04\x8c\x02os\x8c\x06system\x8c\x05print0\x93."

    assert imports_of(io.BytesIO(content)).unknown


def test_a_memo_that_is_overwritten_does_not_hide_a_name():
    content = b"\x80\x04\x8c\x02osq\x00\x8c\x08builtinsq\x00h\x00\x8c\x04evil\x93."

    assert names(content) == ["builtins.evil"]


def test_a_large_value_is_passed_over_and_not_read(counting):
    content = pickle.dumps([bytes(20 << 20), Evil()])
    bytes_ = counting(content)

    found = peek(bytes_.read, len(content), "m.pkl")

    assert found.imports == [f"{os.system.__module__}.system"]
    assert bytes_.bytes_read < 100_000


def test_several_pickles_are_told_when_asked():
    content = pickle.dumps(1) + pickle.dumps(Evil())

    assert names(content) == []
    assert names(content, following=True) == [f"{os.system.__module__}.system"]


def test_a_pickle_that_breaks_off_says_so():
    found = imports_of(io.BytesIO(pickle.dumps(Evil())[:-8]))

    assert "no sound pickle from there on" in found.stopped


def test_a_pickle_of_endless_steps_is_given_up():
    found = imports_of(io.BytesIO(b"\x80\x04" + b"N0" * 400_000 + b"N."))

    assert found.stopped == "it has more than 500,000 steps"


def test_a_look_at_a_pickle_imports_nothing(look):
    found = look("model.pkl", pickle.dumps(Evil()))

    assert found.kind == "pickle"
    assert found.imports == [f"{os.system.__module__}.system"]


def test_a_look_at_joblibs_file_tells_what_it_can(look, tmp_path):
    joblib.dump({"w": np.arange(4)}, tmp_path / "m.joblib")

    found = look("m.joblib", (tmp_path / "m.joblib").read_bytes())

    assert "joblib.numpy_pickle.NumpyArrayWrapper" in found.imports
    assert found.left_out  # the array's bytes stand in the middle of the pickle


def test_a_compressed_pickle_is_unpacked_for_the_look(look):
    found = look("m.joblib", zlib.compress(pickle.dumps(Evil())))

    assert found.imports == [f"{os.system.__module__}.system"]


def test_a_look_at_pytorchs_archive_tells_its_pickle(look):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("model/data.pkl", pickle.dumps(Evil(), 2))
        archive.writestr("model/data/0", bytes(100))

    found = look("model.pt", file.getvalue())

    assert found.imports == [f"{os.system.__module__}.system"]
    assert [entry.name for entry in found.entries] == ["model/data.pkl", "model/data/0"]
