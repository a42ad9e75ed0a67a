"""What tables, arrays and tensors say of themselves."""

from __future__ import annotations

import datetime as dt
import decimal
import io
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from safetensors.numpy import save

from jupyter_artifacts.errors import TooLarge, Unreadable
from jupyter_artifacts.formats.peeking import peek


def parquet(table: pa.Table, **options) -> bytes:
    file = io.BytesIO()
    pq.write_table(table, file, **options)
    return file.getvalue()


def test_a_table_tells_columns_statistics_and_row_groups(look):
    table = pa.table({"id": range(10), "name": ["b", None, *"cdefghij"]})

    found = look("t.parquet", parquet(table, row_group_size=4))

    assert found.summary == "table of 10 rows and 2 columns in 3 row groups"
    assert [(c.name, c.type, c.minimum, c.maximum, c.nulls) for c in found.columns] == [
        ("id", "int64", "0", "9", 0),
        ("name", "string", "b", "j", 1),
    ]
    assert [group.rows for group in found.row_groups] == [4, 4, 2]
    assert found.left_out == []


def test_a_table_without_statistics_has_none(look):
    content = parquet(pa.table({"a": [1]}), write_statistics=False)

    (column,) = look("t.parquet", content).columns

    assert (column.minimum, column.nulls) == ("", None)


def test_a_wide_table_says_how_many_columns_are_not_shown(look):
    table = pa.table({f"c{n}": [n] for n in range(501)})

    found = look("t.parquet", parquet(table))

    assert len(found.columns) == 500
    assert found.left_out == ["1 column after the first 500"]


def test_the_footer_alone_of_a_large_table_is_read(counting):
    rng = np.random.default_rng(0)
    content = parquet(pa.table({"x": rng.random(500_000)}))
    bytes_ = counting(content)

    found = peek(bytes_.read, len(content), "t.parquet")

    assert len(content) > 4_000_000
    assert found.bytes_read == bytes_.bytes_read < 150_000


def test_a_table_cut_short_is_one_error(look):
    with pytest.raises(Unreadable, match="no Parquet file: its footer is missing"):
        look("t.parquet", parquet(pa.table({"a": [1]}))[:-20])


def test_a_footer_that_is_too_large_is_not_read(counting):
    content = b"PAR1" + bytes(20 << 20) + (17 << 20).to_bytes(4, "little") + b"PAR1"
    bytes_ = counting(content)

    with pytest.raises(TooLarge, match="its footer has 17,825,792 bytes"):
        peek(bytes_.read, len(content), "t.parquet")

    assert bytes_.bytes_read < 100_000


def test_tensors_are_told_by_name(look):
    content = save(
        {"w": np.zeros((2, 3), np.float32), "b": np.zeros(3, np.int64)}, {"by": "me"}
    )

    found = look("m.safetensors", content)

    told = {t.name: (t.dtype, t.shape, t.bytes) for t in found.tensors}
    assert told == {"w": ("F32", [2, 3], 24), "b": ("I64", [3], 24)}
    assert found.details == {"by": "me"}
    assert found.summary == "2 tensors, 9 numbers"


def header(said: object, numbers: bytes = b"") -> bytes:
    text = json.dumps(said).encode()
    return len(text).to_bytes(8, "little") + text + numbers


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff" * 20, "longer than the file"),
        (header([1]), "its header is damaged"),
        (header({"w": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}), "dam"),
        (header({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}), "outs"),
        (
            header({"w": {"dtype": "U8", "shape": [3], "data_offsets": [0, 1]}}, b"a"),
            "s",
        ),
    ],
)
def test_damaged_tensors_are_one_error(look, content, why):
    with pytest.raises(Unreadable, match=why):
        look("m.safetensors", content)


def saved(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def test_an_array_tells_shape_and_dtype(look):
    found = look("a.npy", saved(np.zeros((2, 3), "<f4")))

    assert found.summary == "array 2 x 3 of <f4"
    assert (found.tensors[0].shape, found.tensors[0].bytes) == ([2, 3], 24)


def test_an_array_of_objects_is_said_to_be_pickled(look):
    (tensor,) = look("a.npy", saved(np.array([{}, None], dtype=object))).tensors

    assert "pickled objects" in tensor.warning


def test_a_record_array_with_an_object_in_it_is_said_to_be_pickled(look):
    array = np.zeros(1, dtype=[("a", "<i4"), ("b", "O")])

    (tensor,) = look("a.npy", saved(array)).tensors

    assert "pickled objects" in tensor.warning


def test_an_array_that_promises_more_than_there_is_is_an_error(look):
    content = saved(np.zeros(3)).replace(b"(3,)", b"(9,)")

    with pytest.raises(Unreadable, match="promises 48 bytes more"):
        look("a.npy", content)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_an_archive_of_arrays_tells_each(look, save):
    file = io.BytesIO()
    save(file, x=np.arange(5), y=np.ones((2, 2)))

    found = look("a.npz", file.getvalue())

    assert [(t.name, t.shape) for t in found.tensors] == [("x", [5]), ("y", [2, 2])]
    assert found.summary == "2 arrays"


def test_a_header_is_read_as_a_literal_and_never_run(look):
    text = b"{'descr': __import__('os').getcwd(), 'fortran_order': 0, 'shape': ()}"
    content = b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text

    with pytest.raises(Unreadable, match="its header is damaged"):
        look("a.npy", content)


def test_a_time_that_python_has_no_value_for_is_shown_as_its_number(look):
    far = pa.array([2**62], pa.timestamp("us"))

    (column,) = look("t.parquet", parquet(pa.table({"t": far}))).columns

    assert column.minimum == str(2**62)


COLUMNS = {
    "small": (pa.array([1, 2], pa.int8()), "int8", "1", "2"),
    "wide": (pa.array([1, 2**64 - 1], pa.uint64()), "uint64", "1", str(2**64 - 1)),
    "flag": (pa.array([False, True]), "boolean", "False", "True"),
    "real": (pa.array([-1.5, 2.0]), "double", "-1.5", "2.0"),
    "day": (
        pa.array([dt.date(2020, 1, 2), dt.date(1960, 5, 6)]),
        "date",
        "1960-05-06",
        "2020-01-02",
    ),
    "at": (
        pa.array([0, 1], pa.timestamp("us", "UTC")),
        "timestamp[us, UTC]",
        "1970-01-01 00:00:00",
        "1970-01-01 00:00:00.000001",
    ),
    "price": (
        pa.array([decimal.Decimal("-1.50"), decimal.Decimal("9.25")]),
        "decimal(3, 2)",
        "-1.50",
        "9.25",
    ),
    "text": (pa.array(["ä", "b"]), "string", "b", "ä"),
    "raw": (pa.array([b"\x00", b"\xff"]), "binary", "00", "ff"),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_every_type_is_named_and_its_values_are_shown(look, name):
    values, type_, minimum, maximum = COLUMNS[name]

    (column,) = look("t.parquet", parquet(pa.table({name: values}))).columns

    assert (column.type, column.minimum, column.maximum) == (type_, minimum, maximum)


def test_statistics_are_those_that_pyarrow_tells(look):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.integers(-9, 9, 1000), "b": rng.random(1000)})
    content = parquet(pa.Table.from_pandas(frame), row_group_size=100)

    found = {column.name: column for column in look("t.parquet", content).columns}

    for name in ("a", "b"):
        assert float(found[name].minimum) == frame[name].min()
        assert float(found[name].maximum) == frame[name].max()


def test_nested_columns_have_dots(look):
    table = pa.table({"a": [{"b": [1], "c": "x"}]})

    found = look("t.parquet", parquet(table))

    assert [(c.name, c.type) for c in found.columns] == [
        ("a.b.list.element", "int64"),
        ("a.c", "string"),
    ]


def test_a_column_of_nan_alone_has_no_range(look):
    (column,) = look("t.parquet", parquet(pa.table({"x": [float("nan")]}))).columns

    assert (column.minimum, column.maximum) == ("", "")


def test_a_footer_with_very_many_row_groups_says_what_it_leaves_out(look):
    table = pa.table({f"c{n}": range(900) for n in range(20)})

    found = look("t.parquet", parquet(table, row_group_size=1))

    assert "row groups that follow" in found.left_out[0]
    # the greatest of those that were read is not the column's
    assert (found.columns[0].minimum, found.columns[0].maximum) == ("", "")
