"""Gates on values: every variant can be filled in, and every number comes from the library and is checked by hand."""

import math
import re
from collections import Counter
from collections.abc import Iterator

from mlsd_course.errors import BankError
from mlsd_course.quiz.bank import Bank
from mlsd_course.quiz.expression import calls, names
from mlsd_course.quiz.gates.context import Context
from mlsd_course.quiz.item import Numeric
from mlsd_course.quiz.marking import is_right
from mlsd_course.quiz.variant import Variant, count, render

_A_NUMBER = re.compile(r"(about |around |some |only |at (most|least) )?[$€]?\d", re.IGNORECASE)
WORKED_WITHIN = 0.005  # a value worked out by hand has three digits


def computable(bank: Bank, context: Context) -> Iterator[str]:
    """Every variant can be filled in, and its options read differently."""
    for item in bank.items:
        for variant in range(count(item)):
            try:
                render(item, variant, context.library)
            except BankError as error:
                yield str(error)
                break


def variants_differ(bank: Bank, context: Context) -> Iterator[str]:
    """No two variants of an item ask the same."""
    for item in bank.items:
        seen = Counter(_shown(render(item, variant, context.library)) for variant in range(count(item)))
        if len(seen) < count(item):
            yield f"{item.id}: {count(item) - len(seen)} variants read like another. Use every value in the text or options."


def keys_recomputed(bank: Bank, context: Context) -> Iterator[str]:
    """Numbers come from the library: a key is an expression of it, agrees with the value by hand, and spares its traps."""
    for item in bank.items:
        first = render(item, 0, context.library)
        known = {**first.values, **({"answer": first.key.number} if isinstance(item, Numeric) else {})}
        for name, by_hand in item.worked.items():
            if name not in known or isinstance(known[name], str):
                yield f"{item.id}, field worked.{name}: there is no such number. Known: {', '.join(known)}."
            elif not math.isclose(known[name], by_hand, rel_tol=WORKED_WITHIN):
                yield f"{item.id}, field worked.{name}: by hand {by_hand:g}, by the library {known[name]:g}. Find out which is right."
        missing = sorted(set(item.compute) - set(item.worked)) if not isinstance(item, Numeric) else []
        if missing and not item.worked:
            yield f"{item.id}: no computed value is checked by hand. Write `worked: {{{missing[0]}: …}}`."
        if isinstance(item, Numeric):
            yield from _numeric_faults(item, context)
        for option in getattr(item, "options", ()):
            if option.right and not item.compute and _A_NUMBER.match(option.text):
                yield f"{item.id}: the right option {option.text!r} is a number that is typed in. Show a value of `compute`."


def _numeric_faults(item: Numeric, context: Context) -> Iterator[str]:
    expressions = [item.answer, *(str(expression) for expression in item.compute.values())]
    if not any(calls(expression) or names(expression) for expression in expressions):
        yield f"{item.id}, field answer: {item.answer!r} is typed in, not computed. Write an expression of values or the library."
    if "answer" not in item.worked:
        yield f"{item.id}, field worked: the answer is not checked by hand. Write `worked: {{answer: …}}`."
    for variant in range(count(item)):
        key = render(item, variant, context.library).key
        for value, told in key.by_number:
            if is_right(key, value):
                yield f"{item.id}, variant {variant}: the trap {value:g} ({told.misconception}) counts as right. Narrow the tolerance."
        if not is_right(key, key.number) or key.number == 0:
            yield f"{item.id}, variant {variant}: the answer {key.number:g} leaves no tolerance. Ask for a number other than 0."


def _shown(variant: Variant) -> str:
    asked = variant.asked
    return " | ".join([asked.stem, asked.claim, *sorted(asked.choices.values())])
