"""Small arithmetic for keys: numbers, names of values, + - * / ** and calls of functions that the caller resolves.

Nothing of Python is evaluated: an expression is read into a tree, and every node that is not in the list is refused.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

from mlsd_course.errors import BankError

Library = Callable[[str], Callable[..., Any]]  # name as written, `closed.mm1_mean_ms` -> function; KeyError: no such

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_LARGEST_BASE = 1e100  # of a power: a tower of powers of whole numbers would compute for ever
OWN: dict[str, Callable[..., float]] = {
    "ceil": math.ceil,
    "exp": math.exp,
    "floor": math.floor,
    "ln": math.log,
    "log10": math.log10,
    "max": max,
    "min": min,
    "round": round,
    "sqrt": math.sqrt,
}
_ALLOWED = "numbers, names of values, + - * / **, " + ", ".join(OWN) + ", and functions of the course's library"


def evaluate(text: str, values: Mapping[str, Any], library: Library) -> float:
    """Return the number that `text` stands for; BankError with what is wrong in it and what is allowed."""
    try:
        number = _value(ast.parse(str(text), mode="eval").body, values, library)
    except SyntaxError as error:
        raise BankError(f"{text!r} is no expression ({error.msg})", allowed=_ALLOWED) from None
    except (ArithmeticError, ValueError, TypeError) as error:
        raise BankError(f"{text!r} has no value here ({error})", given=dict(values)) from None
    if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
        raise BankError(
            f"{text!r} gives {number!r}",
            allowed="a finite number",
            remedy="Choose values for which the formula has one; overload has no mean",
        )
    return float(number)


def calls(text: str) -> set[str]:
    """Return the names of the library functions in `text`."""
    nodes = [node for node in ast.walk(ast.parse(str(text), mode="eval")) if isinstance(node, ast.Call)]
    return {ast.unparse(node.func) for node in nodes} - set(OWN)


def names(text: str) -> set[str]:
    """Return the values that `text` needs."""
    tree = ast.parse(str(text), mode="eval")
    functions = {id(part) for node in ast.walk(tree) if isinstance(node, ast.Call) for part in ast.walk(node.func)}
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in functions}


def _value(node: ast.expr, values: Mapping[str, Any], library: Library) -> Any:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return node.value
    if isinstance(node, ast.Name):
        if node.id not in values:
            raise BankError(f"{node.id!r} is no value of this item", allowed=", ".join(values) or "none is declared")
        return values[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        operand = _value(node.operand, values, library)
        return -operand if isinstance(node.op, ast.USub) else operand
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        left, right = _value(node.left, values, library), _value(node.right, values, library)
        if isinstance(node.op, ast.Pow) and abs(right) > 100:
            raise BankError(f"The power {right} is too large", allowed="up to 100")
        if isinstance(node.op, ast.Pow) and abs(left) > _LARGEST_BASE:
            raise BankError("The number to be raised is too large for a power", allowed=f"up to {_LARGEST_BASE:g}")
        return _BINARY[type(node.op)](left, right)
    if isinstance(node, ast.Call):
        return _call(node, values, library)
    raise BankError(f"`{ast.unparse(node)}` is not allowed in a key", allowed=_ALLOWED)


def _call(node: ast.Call, values: Mapping[str, Any], library: Library) -> Any:
    name = ast.unparse(node.func)
    try:
        function = OWN.get(name) or library(name)
    except KeyError:
        raise BankError(f"There is no function {name!r} for keys", allowed=_ALLOWED) from None
    given = [_value(argument, values, library) for argument in node.args]
    named = {word.arg: _value(word.value, values, library) for word in node.keywords if word.arg}
    return function(*given, **named)
