"""Reading a bank: what is wrong is told with file, line, item, field and remedy; variants, keys and the schema."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from mlsd_course.errors import BankError
from mlsd_course.exam.library import library, listed
from mlsd_course.grading import stale_quiz_files
from mlsd_course.quiz import GATES, KINDS, count, evaluate, pick, read, render
from tests.support.banks import CONTEXT, EXAMPLE, REPOSITORY, bank, values

Change = Callable[[dict[str, Any]], object]


def item(changed: dict[str, Any], number: int) -> dict[str, Any]:
    """Return an item of the example, from 1."""
    found: dict[str, Any] = changed["items"][number - 1]
    return found


def test_the_example_shows_every_kind_and_passes_every_gate_but_its_size() -> None:
    """What authors copy from is good itself."""
    example = read(EXAMPLE)
    assert {question.kind for question in example.items} == set(KINDS)
    for gate in GATES:
        if gate.__name__ != "enough":
            assert list(gate(example, CONTEXT)) == []


def test_derived_files_are_current() -> None:
    """The schema says what the kinds say."""
    assert stale_quiz_files(REPOSITORY) == []
    json.loads((REPOSITORY / "quizzes" / "schema.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda b: item(b, 1)["options"][0].pop("because"), "field options.1.because: it is missing"),
        (lambda b: item(b, 2).update(wrong=1), "item ch90_example.p99, field wrong: there is no such field"),
        (lambda b: item(b, 3).update(kind="singel"), "`kind` is one of single, multiple"),
        (lambda b: item(b, 4).update(difficulty=7), "field difficulty: input should be 1, 2 or 3, got 7"),
        (lambda b: item(b, 1)["options"][0].update(right=True), "2 options are right"),
        (lambda b: item(b, 1)["options"][0].pop("misconception"), "needs the misconception behind it"),
        (lambda b: item(b, 1).update(reread="foo"), "'foo' names no cell; write"),
        (lambda b: item(b, 1).update(objective="foo"), "there is no objective 'foo'. Declared: tail_at_load, averages"),
        (lambda b: item(b, 2).update(id="ch90_example.load_or_service"), "another item has this id"),
        (lambda b: item(b, 2).update(id="ch07_online.p99"), "Write ch90_example.p99"),
        (lambda b: item(b, 2).pop("worked"), "worked out by hand"),
        (lambda b: item(b, 2).update(draw={"rate_per_s": [160]}), "at least two different values"),
        (lambda b: item(b, 2).update(cases=[{"rate_per_s": 3}]), "a name is declared twice"),
        (lambda b: item(b, 4)["mistakes"][0].update(order=[1, 2, 3]), "is no other order of [1, 2, 3]"),
        (lambda b: b.pop("objectives"), "field objectives: it is missing"),
        (lambda b: b.update(items="none"), "field items: input should be a valid list"),
    ],
)
def test_a_fault_names_its_place_and_the_remedy(change: Change, says: str) -> None:
    """An author finds it without reading our code."""
    changed = values()
    change(changed)
    with pytest.raises(BankError) as caught:
        bank(changed)
    assert says in str(caught.value)
    assert "bank.yaml, line " in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "it holds no bank"),
        ("- 1", "it holds no bank"),
        ("a: b: c", "line 1: it is no YAML"),
        ("chapter: a\nchapter: b", "line 2: 'chapter' is there twice"),
    ],
)
def test_no_bank_at_all(text: str, says: str) -> None:
    """Neither an empty file nor broken YAML ends in a traceback of a library."""
    with pytest.raises(BankError, match=says):
        read(text)


def test_the_line_is_that_of_the_fault() -> None:
    """Counted in the text as the author has it."""
    text = EXAMPLE.replace("difficulty: 1", "difficulty: 9", 1)
    line = text[: text.index("difficulty: 9")].count("\n") + 1
    with pytest.raises(BankError, match=f"line {line}, item ch90_example.what_adds_up, field difficulty"):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "x.y",
        "closed.os",
        "[1]",
        "closed.mm1_mean_ms.__class__()",
        "1 if 1 else 2",
        "'a'",
        "f(1)",
        "7 % 2",
        "1 << 9",
    ],
)
def test_expressions_are_arithmetic_and_nothing_else(text: str) -> None:
    """A bank cannot run code."""
    with pytest.raises(BankError):
        evaluate(text, {"x": 1.0}, library)


def test_expressions_call_the_library() -> None:
    """The reference value of M/M/1 at 80 % with 5 ms, and a number of this item."""
    assert evaluate(
        "closed.mm1_percentile_ms(rate, service_ms=5, percent=99)", {"rate": 160}, library
    ) == pytest.approx(115.1, rel=1e-3)
    with pytest.raises(BankError, match="too large for a power"):
        evaluate("((10 ** 100) ** 100) ** 100", {}, library)
    assert evaluate("-2 ** 3 + ceil(0.2) * ln(exp(4))", {}, library) == pytest.approx(-4)
    assert "closed.erlang_c" in listed()
    with pytest.raises(BankError, match="a finite number"):
        evaluate("closed.mm1_mean_ms(300, 5)", {}, library)


def test_variants_cover_all_values_and_attempts_never_repeat_at_once() -> None:
    """Cases times drawn values; the next attempt has another variant, the same seed the same one."""
    two_drawn = read(EXAMPLE).items[0]
    assert count(two_drawn) == 4
    stems = {render(two_drawn, variant, library).asked.stem for variant in range(4)}
    assert len(stems) == 4
    for seed in range(50):
        variants = [pick(seed, attempt, two_drawn.id, 4) for attempt in range(1, 5)]
        assert sorted(variants) == [0, 1, 2, 3]
    assert len({pick(seed, 1, two_drawn.id, 4) for seed in range(50)}) == 4


def test_the_letter_of_the_right_option_says_nothing() -> None:
    """Over many questions each letter is right about equally often, wherever the author put it."""
    changed = values()
    letters = []
    for number in range(200):
        item(changed, 1)["id"] = f"ch90_example.q{number}"
        letters.append(render(bank(changed).items[0], 0, library).key.letters)
    assert all(45 <= letters.count(letter) <= 90 for letter in "abc")


def test_an_order_is_never_shown_in_order() -> None:
    """The first glance must not be the answer."""
    changed = values()
    for number in range(60):
        item(changed, 4)["id"] = f"ch90_example.q{number}"
        assert render(bank(changed).items[3], 0, library).key.letters != "abc"


def test_a_template_that_cannot_be_filled_in_is_named() -> None:
    """A name that is not declared, a format that does not fit."""
    changed = values()
    item(changed, 2)["stem"] = "{rate} of {rate_per_s:d}"
    with pytest.raises(BankError, match=r"ch90_example.p99, field stem: .*Allowed: rate_per_s, mean_ms"):
        render(bank(changed).items[1], 0, library)
