"""What keeps a bank of questions from being good. Each gate yields sentences that name the item, the fault, the remedy."""

from mlsd_course.quiz.bank import Bank
from mlsd_course.quiz.gates.context import Context, Gate
from mlsd_course.quiz.gates.keys import computable, keys_recomputed, variants_differ
from mlsd_course.quiz.gates.options import (
    no_longest_is_right,
    no_sweeping_options,
    positions_balanced,
    rationales_differ,
)
from mlsd_course.quiz.gates.teaching import taught_before_asked
from mlsd_course.quiz.gates.text import enough, no_two_alike, readable

GATES: tuple[Gate, ...] = (
    computable,
    enough,
    no_longest_is_right,
    positions_balanced,
    no_sweeping_options,
    rationales_differ,
    taught_before_asked,
    no_two_alike,
    keys_recomputed,
    readable,
    variants_differ,
)

__all__ = [
    "GATES",
    "Context",
    "Gate",
    "computable",
    "enough",
    "faults",
    "keys_recomputed",
    "no_longest_is_right",
    "no_sweeping_options",
    "no_two_alike",
    "positions_balanced",
    "rationales_differ",
    "readable",
    "taught_before_asked",
    "variants_differ",
]


def faults(bank: Bank, context: Context) -> list[str]:
    """Return every fault of `bank`; a bank whose values cannot be filled in gets no further."""
    if broken := list(computable(bank, context)):
        return broken
    return [fault for gate in GATES if gate is not computable for fault in gate(bank, context)]
