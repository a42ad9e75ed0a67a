"""The OpenAPI 3.1 document, made from the table.

`python -m jupyter_artifacts.operations.openapi` prints it; the front end's types
are generated from that.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Any, Final, get_origin

import msgspec

from jupyter_artifacts.operations.all import TABLE, Kind, Operation
from jupyter_artifacts.operations.table import Content
from jupyter_artifacts.records.base import Problem
from jupyter_artifacts.records.events import Event
from jupyter_artifacts.records.metrics import PointsHeader

_REF: Final = "#/components/schemas/{name}"
_JSON: Final = "application/json"
_RAW: Final = "application/octet-stream"


def document() -> dict[str, Any]:
    """Return the OpenAPI document of every operation."""
    declared = sorted(TABLE.values(), key=lambda each: (each.path, each.method))
    answers = [each.answer for each in declared if each.answer is not Content]
    asks = [each.ask for each in declared]
    types = [*answers, *asks, Problem, Event, PointsHeader]
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    by_type = dict(zip(map(repr, types), schemas, strict=True))
    paths: dict[str, Any] = {}
    for each in declared:
        entry = paths.setdefault("/" + each.path.replace("*}", "}"), {})
        entry[each.method.lower()] = _operation(each, by_type, components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "jupyter_artifacts",
            "version": version("jupyter-artifacts"),
            "description": "Runs, artifacts and datastores of a team.",
        },
        "paths": paths,
        "components": {"schemas": components},
    }


def _operation(
    each: Operation, by_type: dict[str, Any], components: dict[str, Any]
) -> dict[str, Any]:
    fields = {field.name: field for field in msgspec.structs.fields(each.ask)}
    properties = components[each.ask.__name__].get("properties", {})
    in_path = set(each.path_fields)
    rest = [name for name in fields if name not in in_path]
    in_query = rest if each.method in {"GET", "DELETE"} or each.takes_body else []
    described: dict[str, Any] = {
        "operationId": each.name,
        "summary": each.summary,
        "tags": [each.name.partition(".")[0]],
        "x-kind": each.kind.value,
        "x-permission": f"{each.permission.action} {each.permission.thing}",
        "parameters": [
            _parameter(name, properties[name], place="path")
            for name in each.path_fields
        ]
        + [
            _parameter(
                name, properties[name], place="query", required=fields[name].required
            )
            for name in in_query
        ],
        "responses": {
            "202" if each.kind is Kind.JOB else "200": _answer(each, by_type),
            "default": {
                "description": "what went wrong, and what to do",
                "content": {_JSON: {"schema": {"$ref": _REF.format(name="Problem")}}},
            },
        },
    }
    if each.takes_body:
        described["requestBody"] = {
            "required": True,
            "content": {_RAW: {"schema": {"type": "string", "format": "binary"}}},
        }
    elif rest and not in_query:
        described["requestBody"] = {
            "required": any(fields[name].required for name in rest),
            "content": {_JSON: {"schema": _body(rest, properties, fields)}},
        }
    return described


def _body(
    names: list[str], properties: dict[str, Any], fields: dict[str, Any]
) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: properties[name] for name in names},
        "required": [name for name in names if fields[name].required],
        "additionalProperties": False,
    }


def _parameter(
    name: str, schema: dict[str, Any], *, place: str, required: bool = True
) -> dict[str, Any]:
    return {"name": name, "in": place, "required": required, "schema": schema}


def _answer(each: Operation, by_type: dict[str, Any]) -> dict[str, Any]:
    if each.kind is Kind.STREAM:
        text = "a WebSocket; one Event as JSON in each text message"
        schema = by_type[repr(each.answer)]
        return {"description": text, "content": {_JSON: {"schema": schema}}}
    if each.answer is Content:
        schema = {"type": "string", "format": "binary"}
        return {
            "description": "the bytes; Range is honoured",
            "content": {_RAW: {"schema": schema}},
        }
    plain = get_origin(each.answer) or each.answer
    text = f"{plain.__name__}"
    return {
        "description": text,
        "content": {_JSON: {"schema": by_type[repr(each.answer)]}},
    }


if __name__ == "__main__":
    encoded = msgspec.json.format(msgspec.json.encode(document(), order="sorted"))
    sys.stdout.write(encoded.decode() + "\n")
