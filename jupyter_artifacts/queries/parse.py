"""A query's text → its tree. Python's parser reads it; nothing evaluates it."""

from __future__ import annotations

import ast
import re
import warnings
from typing import Final, NoReturn

from jupyter_artifacts.errors import InvalidQuery
from jupyter_artifacts.queries.fields import Field, read_field
from jupyter_artifacts.queries.literals import check_value, is_literal, read_value
from jupyter_artifacts.queries.tree import And, Compare, Contains, Node, Not, OneOf, Or

MAX_LENGTH: Final = 10_000
MAX_DEPTH: Final = 50
MAX_COMPARISONS: Final = 200  # SQLite's parser allows expressions 1,000 deep
_OPERATORS: Final[dict[type[ast.cmpop], str]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_FLIPPED: Final = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_LINE_BREAK: Final = re.compile(r"[\r\n\f\t]")
_EXAMPLE: Final = 'e.g. user == "alice" and metrics.validation.accuracy > 0.9'


def parse_query(text: str) -> Node | None:
    """Return the tree of a query; None for an empty one, which selects everything.

    Raises:
        InvalidQuery: when it does not parse, or names what no experiment can have.
    """
    if len(text) > MAX_LENGTH:
        msg = f"the query is longer than {MAX_LENGTH} characters"
        raise InvalidQuery(msg, query=text[:80], hint="ask in several queries")
    line = _LINE_BREAK.sub(" ", text)
    body = line.lstrip()
    if not body.strip():
        return None
    return _Reader(line, len(line) - len(body)).read()


def parse_sort(text: str) -> tuple[Field, bool] | None:
    """Return the field to sort by, and whether descending; None for "".

    Raises:
        InvalidQuery: when it is no field that has an order.
    """
    if not text.strip():
        return None
    descending = text.lstrip().startswith("-")
    name = text.lstrip().removeprefix("-")
    from jupyter_artifacts.queries.fields import parse_field

    found = parse_field(name)
    if found.kind == "tags":
        msg = "tags have no order to sort by"
        raise InvalidQuery(msg, query=text, length=len(text), hint="sort by name")
    return found, descending


class _Reader:
    """Reads one query.

    Args:
        text: the query on one line.
        skipped: how many blanks it begins with.
    """

    def __init__(self, text: str, skipped: int) -> None:
        self._text = text
        self._source = text[skipped:]
        self._skipped = skipped
        self._bytes = self._source.encode("utf-8", "surrogatepass")
        self._comparisons = 0

    def read(self) -> Node:
        try:
            # The parser warns of escapes such as "\d"; they mean what they say.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(self._source, mode="eval")
        except SyntaxError as error:
            self._refuse_syntax(error)
        except (ValueError, RecursionError, MemoryError) as error:
            msg = f"the query cannot be read ({error})"
            raise InvalidQuery(msg, query=self._text, hint=_EXAMPLE) from None
        return self._node(tree.body, 0)

    def _refuse_syntax(self, error: SyntaxError) -> NoReturn:
        # offset 0: the parser ran out of text
        at = error.offset - 1 if error.offset else len(self._source.rstrip())
        column = min(max(at, 0), len(self._source))
        hint = _EXAMPLE
        if re.search(r"(?<![=!<>])=(?!=)", self._source):
            hint = f"equality is written ==, {hint}"
        elif "&&" in self._source or "||" in self._source:
            hint = f"write and, or, not, {hint}"
        elif re.search(r"\.(lambda|class|from|import|with|is|as|in)\b", self._source):
            hint = 'a name that is a Python keyword goes in brackets: params["lambda"]'
        what = error.msg if error.offset else "something is missing at its end"
        msg = f"the query is no expression: {what}"
        raise InvalidQuery(
            msg, query=self._text, column=column + self._skipped, hint=hint
        ) from None

    def _place(self, node: ast.expr) -> tuple[int, int]:
        start = self._characters(node.col_offset)
        stop = self._characters(node.end_col_offset or node.col_offset + 1)
        return start + self._skipped, max(1, stop - start)

    def _characters(self, offset: int) -> int:
        return len(self._bytes[:offset].decode("utf-8", "surrogatepass"))

    def _refuse(self, message: str, node: ast.expr, hint: str) -> NoReturn:
        column, length = self._place(node)
        raise InvalidQuery(
            message, query=self._text, column=column, length=length, hint=hint
        )

    def _node(self, node: ast.expr, depth: int) -> Node:
        if depth > MAX_DEPTH:
            self._refuse(f"more than {MAX_DEPTH} levels deep", node, "simplify it")
        if isinstance(node, ast.BoolOp):
            operands = tuple(self._node(item, depth + 1) for item in node.values)
            return And(operands) if isinstance(node.op, ast.And) else Or(operands)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return Not(self._node(node.operand, depth + 1))
        if isinstance(node, ast.Compare):
            return self._chain(node)
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            field = self._field(node)
            msg = "a field alone is no comparison"
            return self._refuse(msg, node, f"write {field} == True")
        return self._refuse("this is no comparison", node, _EXAMPLE)

    def _chain(self, node: ast.Compare) -> Node:
        sides = [node.left, *node.comparators]
        self._comparisons += len(node.ops)
        if self._comparisons > MAX_COMPARISONS:
            msg = f"more than {MAX_COMPARISONS} comparisons"
            self._refuse(msg, node, "field in [value, …] counts as one")
        parts = [
            self._compare(left, operator, right, node)
            for left, operator, right in zip(sides, node.ops, sides[1:], strict=False)
        ]
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _compare(
        self, left: ast.expr, operator: ast.cmpop, right: ast.expr, whole: ast.expr
    ) -> Node:
        if isinstance(operator, ast.In):
            return self._in(left, right, whole)
        if isinstance(operator, ast.NotIn):
            return Not(self._in(left, right, whole))
        symbol = _OPERATORS.get(type(operator))
        if symbol is None:
            self._refuse("a query has no 'is'", whole, "write == None or != None")
        if is_literal(left) == is_literal(right):
            hint = "write a field on one side and a value on the other"
            self._refuse("this does not compare a field with a value", whole, hint)
        if is_literal(left):
            left, right, symbol = right, left, _FLIPPED[symbol]
        field = self._field(left)
        column, length = self._place(right)
        value = read_value(right, self._text, column, length)
        hint = check_value(field, symbol, value)
        if hint:
            msg = f"{field} cannot be compared like this"
            self._refuse(msg, right, hint)
        return Compare(field, symbol, value)

    def _in(self, left: ast.expr, right: ast.expr, whole: ast.expr) -> Node:
        if isinstance(right, ast.Tuple | ast.List | ast.Set):
            field = self._field(left)
            return OneOf(field, tuple(self._item(field, item) for item in right.elts))
        field = self._field(right)
        if not (isinstance(left, ast.Constant) and isinstance(left.value, str)):
            hint = f'write "text" in {field}, or field in ("a", "b")'
            self._refuse("only a text can be looked for", whole, hint)
        if field.kind not in {"text", "tags", "any"}:
            self._refuse(f"{field} is no text", right, "compare it by ==, < or >")
        return Contains(field, left.value)

    def _item(self, field: Field, node: ast.expr) -> float | str | bool | None:
        column, length = self._place(node)
        value = read_value(node, self._text, column, length)
        hint = check_value(field, "==", value)
        if hint:
            self._refuse(f"{field} cannot be compared like this", node, hint)
        return value

    def _field(self, node: ast.expr) -> Field:
        column, length = self._place(node)
        return read_field(node, self._text, column, length)
