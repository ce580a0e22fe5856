"""Every gate refuses a bank with its fault, with a sentence that names the item and the remedy."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from mlsd_course.quiz import GATES, Context, LessonCell, faults, gates
from tests.support.banks import CONTEXT, TEACHING, bank, values

Change = Callable[[dict[str, Any]], object]


def by_id(changed: dict[str, Any], name: str) -> dict[str, Any]:
    """Return an item of the example by its name."""
    return next(item for item in changed["items"] if item["id"].endswith(f".{name}"))


def option(changed: dict[str, Any], name: str, right: bool) -> dict[str, Any]:
    """Return the first right or wrong option of an item."""
    return next(part for part in by_id(changed, name)["options"] if part.get("right", False) is right)


def lengthen_the_right_ones(changed: dict[str, Any]) -> None:
    """Make the right option of every choice the longest."""
    for item in changed["items"]:
        for part in item.get("options", ()):
            if part.get("right"):
                part["text"] += ", because of this and that and whatever else there may be to it"


def crowd(changed: dict[str, Any]) -> None:
    """Put the right option first, in seven items."""
    model = by_id(changed, "load_or_service")
    model["options"].sort(key=lambda part: not part.get("right"))
    changed["items"] = [{**model, "id": f"ch90_example.q{number}"} for number in range(7)]


CASES: list[tuple[str, Change, str]] = [
    ("computable", lambda b: by_id(b, "p99").update(answer="closed.nothing(1)"), "no function 'closed.nothing'"),
    ("computable", lambda b: by_id(b, "p99").update(draw={"rate_per_s": [160, 200]}), "a finite number"),
    ("computable", lambda b: by_id(b, "p99").update(stem="How long is {that}?"), "cannot be filled in"),
    ("computable", lambda b: option(b, "two_servers", True).update(text=option(b, "two_servers", False)["text"]), "read the same"),
    ("enough", lambda b: None, "5 items. Write at least 8"),
    ("enough", lambda b: b["objectives"].update(third={"says": "x", "taught": "lesson: What may be averaged?"}), "no item asks for the objective 'third'"),
    ("no_longest_is_right", lengthen_the_right_ones, "the right option is the only longest one in"),
    ("positions_balanced", crowd, "the right option is number 1 in 7 of 7 items, at most 4"),
    ("no_sweeping_options", lambda b: option(b, "two_servers", False).update(text="All of the above"), "'All of the above' speaks of the others"),
    ("no_sweeping_options", lambda b: option(b, "two_servers", False).update(text="Both a and b"), "'Both a and b' speaks of the others"),
    ("no_sweeping_options", lambda b: option(b, "two_servers", False).update(text="None of these"), "speaks of the others"),
    ("rationales_differ", lambda b: option(b, "two_servers", False).update(because="Wrong."), "explains nothing"),
    ("rationales_differ", lambda b: option(b, "two_servers", False).update(because=option(b, "two_servers", True)["because"]), "2 options have the rationale"),
    ("taught_before_asked", lambda b: b["objectives"]["averages"].update(taught="lesson: What else?"), "there is no ch90_example/lesson, “What else?”. Headings there: Why does"),
    ("taught_before_asked", lambda b: by_id(b, "p99").update(reread="ch91_next/lesson: What?"), "Notebooks: ch90_example/lesson"),
    ("taught_before_asked", lambda b: b["objectives"]["averages"].update(taught="lesson: Where next?"), "comes after the self-check"),
    ("taught_before_asked", lambda b: b["objectives"]["averages"].update(taught="lesson #c3"), "fewer than 15 words of prose"),
    ("no_two_alike", lambda b: b["items"].append({**by_id(b, "what_adds_up"), "id": "ch90_example.again"}), "ch90_example.what_adds_up: it reads like ch90_example.again"),
    ("keys_recomputed", lambda b: by_id(b, "p99")["worked"].update(answer=230), "by hand 230, by the library 115.129"),
    ("keys_recomputed", lambda b: by_id(b, "p99")["worked"].update(p50_ms=1), "there is no such number"),
    ("keys_recomputed", lambda b: by_id(b, "p99").update(worked={"mean_ms": 25}), "the answer is not checked by hand"),
    ("keys_recomputed", lambda b: by_id(b, "p99").update(answer="115.1", compute={}, traps=[{"value": "25", "misconception": "m", "because": "b"}], worked={"answer": 115.1}), "'115.1' is typed in"),
    ("keys_recomputed", lambda b: by_id(b, "p99")["traps"][0].update(value="4.5 * mean_ms"), "counts as right. Narrow the tolerance"),
    ("keys_recomputed", lambda b: by_id(b, "load_or_service").update(compute={"rest": "100 - from_percent"}), "no computed value is checked by hand"),
    ("keys_recomputed", lambda b: option(b, "load_or_service", True).update(text="About 115 ms"), "is a number that is typed in"),
    ("readable", lambda b: by_id(b, "p99").update(stem="word " * 100), "field stem: 100 words, at most 90"),
    ("readable", lambda b: by_id(b, "p99").update(stem="Organisational heterogeneity necessitates interdisciplinary reconceptualisation of " * 3), "reads at grade"),
    ("variants_differ", lambda b: by_id(b, "p99").update(stem="How long does it take?"), "2 variants read like another"),
]  # fmt: skip


@pytest.mark.parametrize(("gate", "change", "says"), CASES, ids=[f"{gate}-{says[:20]}" for gate, _, says in CASES])
def test_a_gate_refuses_its_fault(gate: str, change: Change, says: str) -> None:
    """By itself, with a sentence that helps."""
    changed = values()
    change(changed)
    told = list(getattr(gates, gate)(bank(changed), CONTEXT))
    assert any(says in sentence for sentence in told), told


def test_every_gate_is_seen_to_fail() -> None:
    """A gate that was never seen to refuse anything proves nothing."""
    assert {gate.__name__ for gate in GATES} == {gate for gate, _, _ in CASES}


def test_a_chapter_cannot_ask_what_a_later_one_teaches() -> None:
    """The same heading in the next chapter."""
    later = {("ch91_next", "lesson"): [LessonCell("d1", f"## What may be averaged?\n\n{TEACHING}", True)]}
    changed = values()
    changed["objectives"]["averages"]["taught"] = "ch91_next/lesson: What may be averaged?"
    told = list(gates.taught_before_asked(bank(changed), Context(CONTEXT.library, {**CONTEXT.lessons, **later})))
    assert any("comes after this chapter" in sentence for sentence in told), told


def test_another_bank_that_asks_the_same_is_found() -> None:
    """Across all banks, not only within one."""
    other = values()
    other["chapter"] = "ch91_next"
    for item in other["items"]:
        item["id"] = item["id"].replace("ch90_example", "ch91_next")
    context = dataclasses.replace(CONTEXT, others={"ch91_next": bank(other)})
    told = list(gates.no_two_alike(bank(values()), context))
    assert len(told) == 5


def test_the_mastery_check_has_eight_items_with_three_variants() -> None:
    """Fewer of either are refused."""
    changed = values()
    changed["chapter"] = "mastery_check"
    for item in changed["items"]:
        item["id"] = item["id"].replace("ch90_example", "mastery_check")
        item["reread"] = item["reread"].replace("lesson:", "ch90_example/lesson:")
    told = list(gates.enough(bank(changed), CONTEXT))
    assert "mastery_check: 5 items. The mastery check has 8." in told
    assert sum("Give `cases` or `draw` for at least 3" in sentence for sentence in told) == 3


def test_a_bank_that_cannot_be_computed_gets_no_further() -> None:
    """One fault, not a traceback of the gates that need its values."""
    changed = values()
    by_id(changed, "p99").update(answer="closed.nothing(1)")
    assert len(faults(bank(changed), CONTEXT)) == 1
    assert len(faults(bank(values()), CONTEXT)) == 1  # only too few items
