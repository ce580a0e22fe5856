"""Reading what a learner gave, and telling whether it is right and why."""

import math
from dataclasses import dataclass

from mlsd_course.quiz.units import read_number
from mlsd_course.quiz.variant import Asked, Key, Told, Variant

Response = str | float  # letters, for an order in order; or a number in the unit that was asked for
_EQUAL = 1e-9  # what rounding in floating point may cost at the edge of a tolerance


@dataclass(frozen=True)
class Mark:
    """Whether an answer is right, and the explanation of what was given; `misconception` is "" where it is right."""

    right: bool
    because: str
    misconception: str = ""


def read_response(asked: Asked, given: object) -> Response:
    """Return the answer as it is kept: letters such as `b` or `ac`, an order such as `bca`, a number.

    Raises ValueError with a sentence for what is no answer to this question; it counts as none, not as a wrong one.
    """
    if asked.kind == "numeric":
        return read_number(given, asked.unit)
    if isinstance(given, list | tuple) and all(isinstance(letter, str) for letter in given):
        given = "".join(given)
    if not isinstance(given, str) or len(given) > 40:
        raise ValueError(f"{_expected(asked)}; {str(given)[:40]!r} is none")
    letters = "".join(sign for sign in given.lower() if sign not in " ,;.>-")
    strange = set(letters) - set(asked.choices)
    if strange or not letters or len(set(letters)) != len(letters):
        raise ValueError(f"{_expected(asked)}; {given!r} is none")
    if asked.kind == "ordering" and len(letters) != len(asked.choices):
        raise ValueError(f"{_expected(asked)}; {given!r} leaves some out")
    if asked.kind in ("single", "assumption") and len(letters) != 1:
        raise ValueError(f"{_expected(asked)}; {given!r} has {len(letters)}")
    return letters if asked.kind == "ordering" else "".join(sorted(letters))


def is_right(key: Key, response: Response) -> bool:
    """Tell whether a response, as `read_response` returns it, is right."""
    if isinstance(response, str):
        return response == key.letters
    return math.isfinite(response) and abs(response - key.number) <= key.tolerance * (1 + _EQUAL) + 1e-12


def mark(variant: Variant, response: Response) -> Mark:
    """Return the mark with its explanation: of the chosen option, of the trap or the wrong order that was met."""
    key, right = variant.key, is_right(variant.key, response)
    told = key.right if right else key.otherwise
    if isinstance(response, str) and key.by_letter:
        return _marked_choice(key, response, right)
    if isinstance(response, str):
        told = told if right else key.by_order.get(response, told)
    elif not right:
        near = [trap for value, trap in key.by_number if abs(response - value) <= max(abs(value) * 0.03, 1e-9)]
        told = near[0] if near else told
    return Mark(right, told.because, told.misconception)


def _marked_choice(key: Key, response: str, right: bool) -> Mark:
    """Explain what was chosen; where all that was chosen is right but not all of it, say that something is missing."""
    chosen = {letter: key.by_letter[letter] for letter in response}
    wrong: dict[str, Told] = {letter: told for letter, told in chosen.items() if letter not in key.letters}
    if wrong:
        first = next(iter(wrong.values()))
        return Mark(False, " ".join(told.because for told in wrong.values()), first.misconception)
    because = " ".join(told.because for told in chosen.values())
    return Mark(True, because) if right else Mark(False, f"{because} Something that belongs to the answer is missing.")


def _expected(asked: Asked) -> str:
    letters = ", ".join(asked.choices)
    if asked.kind == "ordering":
        return f"All of the letters {letters} in order are expected"
    return f"{'Letters' if asked.kind == 'multiple' else 'One letter'} of {letters} {'are' if asked.kind == 'multiple' else 'is'} expected"
