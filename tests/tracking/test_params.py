"""Hyperparameters on a command line."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_artifacts.errors import InvalidRequest
from jupyter_artifacts.tracking.hiding import hidden_option, is_secret, without_secrets
from jupyter_artifacts.tracking.params import (
    params_of,
    points_of,
    value_of,
    with_point,
)
from jupyter_artifacts.tracking.supervise import Ended


@pytest.mark.parametrize(
    ("arguments", "params"),
    [
        (["--lr", "0.1"], {"lr": 0.1}),
        (["--lr=0.1"], {"lr": 0.1}),
        (["-b", "32"], {"b": 32}),
        (["--verbose"], {"verbose": True}),
        (["--verbose", "--lr", "1e-3"], {"verbose": True, "lr": 0.001}),
        (["--shuffle", "false"], {"shuffle": False}),
        (["--weight-decay", "-0.5"], {"weight_decay": -0.5}),
        (["--layers", "64", "32", "data.csv"], {"layers": [64, 32]}),
        (["--optim", "adam", "data.csv"], {"optim": "adam"}),
        (["--optim.lr", "0.1"], {"optim": {"lr": 0.1}}),
        (["optim.lr=0.1", "+seed=3"], {"optim": {"lr": 0.1}, "seed": 3}),
        (["--optim", "adam", "--optim.lr", "1"], {"optim": "adam", "optim.lr": 1}),
        (["--name="], {"name": ""}),
        (["--", "--lr", "1"], {}),
        (["data.csv"], {}),
        ([], {}),
        (["--api-key", "abc", "--hf_token=xyz"], {"api_key": "***", "hf_token": "***"}),
    ],
)
def test_params_are_read_off_a_script_s_arguments(arguments, params):
    assert params_of(arguments) == params


@given(st.lists(st.text(max_size=8), max_size=6))
def test_any_arguments_give_some_params(arguments):
    assert isinstance(params_of(arguments), dict)
    assert len(without_secrets(arguments)) == len(arguments)


@given(st.one_of(st.integers(), st.floats(), st.booleans(), st.none()))
def test_numbers_bools_and_none_are_themselves(value):
    found = value_of(str(value))
    assert found == value or math.isnan(found)
    assert type(found) is type(value)


def test_sweeps_span_a_grid_whose_last_axis_varies_fastest():
    assert points_of(["lr=0.1,0.01", "bs=32,64"]) == [
        {"lr": "0.1", "bs": "32"},
        {"lr": "0.1", "bs": "64"},
        {"lr": "0.01", "bs": "32"},
        {"lr": "0.01", "bs": "64"},
    ]


def test_no_sweep_is_one_point():
    assert points_of([]) == [{}]


@pytest.mark.parametrize("sweep", ["lr", "lr=", "=1", "lr=1,,2"])
def test_what_is_no_sweep_is_refused(sweep):
    with pytest.raises(InvalidRequest, match="is no sweep"):
        points_of([sweep])


def test_a_name_is_swept_once():
    with pytest.raises(InvalidRequest, match="'lr' is swept twice"):
        points_of(["lr=1,2", "lr=3"])


@pytest.mark.parametrize(
    ("arguments", "swept"),
    [
        (["data.csv"], ["data.csv", "--lr", "0.5"]),
        (["--lr", "1", "data.csv"], ["data.csv", "--lr", "0.5"]),
        (["--lr=1", "--bs", "2"], ["--bs", "2", "--lr", "0.5"]),
    ],
)
def test_a_point_takes_the_place_of_what_was_given(arguments, swept):
    assert with_point(arguments, {"lr": "0.5"}) == swept


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["--max-tokens", "512"], ["--max-tokens", "512"]),
        (["--tokenizer", "bert"], ["--tokenizer", "bert"]),
        (["--eos-token", "</s>"], ["--eos-token", "</s>"]),
        (["--author", "me", "author=me"], ["--author", "me", "author=me"]),
        (["--token", "512", "--auth=true"], ["--token", "512", "--auth=true"]),
        (["--token=abc"], ["--token=***"]),
        (["db.password=hunter2"], ["db.password=***"]),
        (["API_KEY=abc", "+apiKey=abc"], ["API_KEY=***", "+apiKey=***"]),
        (["--pwd=x y", "--pwd="], ["--pwd=***", "--pwd="]),
        (["--auth", "Bearer x"], ["--auth", "***"]),
        (["--secret", "-x"], ["--secret", "***"]),
        (["--auth", "--lr", "0.1"], ["--auth", "--lr", "0.1"]),
        (["--dsn=postgres://u:pw@h/d"], ["--dsn=***"]),
        (["--db", "postgres://u:p@w@h/d"], ["--db", "postgres://***@h/d"]),
        (["--db=postgres://u:pw@h/d"], ["--db=postgres://***@h/d"]),
        (["https://u:pw@h/d?a=1"], ["https://***@h/d?a=1"]),
        (["https://h/d?private_token=x&a=1"], ["https://h/d?private_token=***&a=1"]),
        (["ssh://git@h/d", "s3://bucket/a@b"], ["ssh://git@h/d", "s3://bucket/a@b"]),
        (["--private-key", "k", "--key", "k"], ["--private-key", "***", "--key", "k"]),
    ],
)
def test_secrets_are_hidden_and_nothing_else(arguments, shown):
    assert without_secrets(arguments) == shown


@pytest.mark.parametrize(
    "name",
    ["password", "userPassword", "PASSWD", "db-pwd", "hf_token", "client_secret",
     "credentials", "aws_access_key", "PrivateKey", "api key", "APIKey", "dsn"],
)  # fmt: skip
def test_names_of_secrets_are_known_by_their_words(name):
    assert is_secret(name)


@pytest.mark.parametrize("name", ["tokens", "tokenizer", "max_tokens", "passage", "lr"])
def test_names_of_other_things_are_none(name):
    assert not is_secret(name)


def test_the_reason_of_an_end_repeats_no_secret():
    said = "a.py: error: unrecognized arguments: --pwd=x postgres://u:pw@h/d"
    assert Ended(2, said, interrupted=False).verdict[1] == (
        "exit status 2: a.py: error: unrecognized arguments: "
        "--pwd=*** postgres://***@h/d"
    )


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["--lr", "1", "--token", "***"], "--token"),
        (["--token=***"], "--token"),
        (["postgres://***@h"], "postgres://***@h"),
        (["--lr", "1"], ""),
    ],
)
def test_a_hidden_value_is_found_by_its_option(arguments, option):
    assert hidden_option(arguments) == option
