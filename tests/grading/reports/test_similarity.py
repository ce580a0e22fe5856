"""Hints of likeness: planted pairs are found, honest work is left alone, and a large class takes seconds."""

import ast
import builtins
import keyword
import random
import re
import time

import pytest

from mlsd_course.grading import answers, blank
from mlsd_course.grading.reports.fingerprints import SHINGLE, WINDOW, code_tokens, shingles, winnowed
from mlsd_course.grading.reports.similarity import alike, too_common
from tests.support.course import exercises

STUB = "def wait_ms(arrivals, service_ms):\n    # YOUR CODE HERE\n    raise NotImplementedError()\n"
ORIGINAL = '''def wait_ms(arrivals, service_ms):
    """Return the mean wait."""
    free_at, waited = 0.0, []
    for arrival in sorted(arrivals):
        start = max(arrival, free_at)
        waited.append(start - arrival)
        free_at = start + service_ms
    return sum(waited) / len(waited) if waited else 0.0
'''
RENAMED = """def wait_ms(requests, cost):
    # my own idea
    busy, delays = 0.0, []
    for moment in sorted(requests):

        begin = max(moment, busy)   # whichever is later
        delays.append(begin - moment)
        busy = begin + cost
    return sum(delays) / len(delays) if delays else 0.0
"""
HONEST = [
    """def wait_ms(arrivals, service_ms):
    clock = 0.0
    total = 0.0
    for at in sorted(arrivals):
        if at > clock:
            clock = at
        total += clock - at
        clock += service_ms
    return total / max(1, len(arrivals))
""",
    """def wait_ms(arrivals, service_ms):
    times = np.sort(np.asarray(arrivals, dtype=float))
    steps = np.arange(len(times)) * service_ms
    starts = np.maximum.accumulate(times - steps) + steps
    return float((starts - times).mean()) if len(times) else 0.0
""",
    """def wait_ms(arrivals, service_ms):
    def waits():
        left = 0.0
        previous = None
        for now in sorted(arrivals):
            if previous is not None:
                left = max(0.0, left + service_ms - (now - previous))
            previous = now
            yield left
    found = list(waits())
    if not found:
        return 0.0
    return statistics.fmean(found)
""",
]


def test_renamed_respaced_and_commented_code_is_found_and_its_cell_named() -> None:
    """The copy has other names, comments, blank lines; those who thought for themselves are not named."""
    written = {"ada": {"e1": ORIGINAL}, "bob": {"e1": RENAMED}}
    written |= {f"honest{number}": {"e1": text} for number, text in enumerate(HONEST)}
    (pair,) = alike(written, [STUB])
    assert (pair.one, pair.other) == ("ada", "bob")
    assert [cell.name for cell in pair.cells] == ["e1"]
    assert pair.cells[0].likeness > 0.8
    assert (pair.cells[0].one, pair.cells[0].other) == (ORIGINAL, RENAMED)


def test_part_of_an_answer_that_was_copied_into_another_is_found() -> None:
    """A copied body with a line of one's own around it."""
    padded = RENAMED.replace("    busy, delays", "    print(len(requests))\n    busy, delays")
    (pair,) = alike({"ada": {"e1": ORIGINAL}, "bob": {"e1": padded}, "cyd": {"e1": HONEST[0]}}, [STUB])
    assert (pair.one, pair.other) == ("ada", "bob")


def test_what_everybody_was_given_says_nothing() -> None:
    """The release holds a helper that all keep in their answer, and the lesson shows the same loop."""
    written = {name: {"e1": ORIGINAL} for name in ("ada", "bob")}
    assert alike(written, [STUB])
    assert alike(written, [STUB, ORIGINAL]) == ()


def test_what_nearly_everybody_has_says_nothing() -> None:
    """The obvious answer of nine in ten is no hint; two who share another one are."""
    written = {f"learner{number}": {"e1": ORIGINAL} for number in range(18)}
    written |= {"yin": {"e1": HONEST[1]}, "zoe": {"e1": HONEST[1].replace("times", "x").replace("steps", "y")}}
    pairs = alike(written, [STUB])
    assert [(pair.one, pair.other) for pair in pairs] == [("yin", "zoe")]


def test_short_answers_say_nothing() -> None:
    """There are not many ways to write one line."""
    assert alike({name: {"e1": "answer = 0.5 * 1000 / 24"} for name in ("ada", "bob")}) == ()


def test_two_cells_weigh_more_than_one_and_come_first() -> None:
    """The most striking pair leads."""
    written = {
        "ada": {"e1": ORIGINAL, "e2": HONEST[1]},
        "bob": {"e1": RENAMED, "e2": HONEST[1]},
        "cyd": {"e1": HONEST[0], "e2": HONEST[2]},
        "dan": {"e1": HONEST[0], "e2": "x = 1"},
    }
    pairs = alike(written, [STUB])
    assert [(pair.one, pair.other) for pair in pairs] == [("ada", "bob"), ("cyd", "dan")]
    assert [cell.name for cell in pairs[0].cells] == ["e1", "e2"]


def test_written_answers_are_compared_word_by_word() -> None:
    """Capitals and punctuation do not count; another wording does."""
    one = "Because the queue has a memory: a burst that arrives while the server is busy waits behind all that came before it."
    two = "because the QUEUE has a memory, a burst that arrives while the server is busy waits behind all that came before it"
    other = "A mean hides bursts. While one request is served the next ones pile up, so utilisation near one explodes the wait."
    pairs = alike({"ada": {"e3": one}, "bob": {"e3": two}, "cyd": {"e3": other}}, prose=["e3"])
    assert [(pair.one, pair.other) for pair in pairs] == [("ada", "bob")]


@pytest.mark.parametrize("text", ["def f(:\n  x ==", "'''never closed", "\x00\x01", "  odd\n indent\nhere", "%%bash\nls -l $(pwd)", "f'{x!r:>{w}}'", ""])  # fmt: skip
def test_what_is_no_python_is_compared_all_the_same(text: str) -> None:
    """Nothing a learner writes stops the report."""
    assert isinstance(code_tokens(text), list)
    alike({"ada": {"e1": text}, "bob": {"e1": text}})


def test_a_shared_run_as_long_as_promised_is_always_found() -> None:
    """Winnowing's guarantee: SHINGLE + WINDOW - 1 tokens in common leave a fingerprint in common."""
    chance = random.Random(1)
    for _ in range(200):
        run = [str(chance.random()) for _ in range(SHINGLE + WINDOW - 1)]
        one, two = (
            [str(chance.random()) for _ in range(chance.randint(0, 30))] + run + [str(chance.random())] for _ in "ab"
        )
        assert winnowed(shingles(one)) & winnowed(shingles(two))


def test_how_many_may_share_a_thing() -> None:
    """A tenth of a large class, five of a usual one, never all of a small one."""
    assert [too_common(size) for size in (2, 3, 5, 10, 40, 500)] == [2, 2, 3, 5, 5, 50]


def test_a_class_of_five_hundred_takes_seconds() -> None:
    """Five cells each, a third of the class with the usual answer, twenty planted pairs, all of them on top."""
    chance = random.Random(1)
    written = {f"learner{number:03}": {f"e{cell}": _own(chance) for cell in range(5)} for number in range(500)}
    for number in range(0, 480, 3):
        written[f"learner{number:03}"]["e0"] = ORIGINAL
    planted = [(f"learner{number:03}", f"learner{number + 1:03}") for number in range(0, 200, 10)]
    for one, other in planted:
        for cell in ("e3", "e4"):
            written[other][cell] = written[one][cell].replace("value", "item")
    started = time.process_time()
    pairs = alike(written, [STUB])
    assert time.process_time() - started < 20, "seconds of processor time; about 3 on a laptop"
    assert {(pair.one, pair.other) for pair in pairs[:20]} == set(planted)


def _own(chance: random.Random) -> str:
    """Return some code as somebody may write it."""
    lines = ["def own(values):", "    result = []"]
    for _ in range(8):
        name, call = chance.choice("abcdefgh"), chance.choice(["sum", "max", "len", "sorted", "abs", "round", "min"])
        step = chance.choice(
            ["    for value in values:\n        ", "    if values:\n        ", "    ", "    while result:\n        "]
        )
        lines.append(f"{step}{name} = {call}(value {chance.choice('+-*/%')} {chance.randint(0, 50)})")
    return "\n".join([*lines, "    return result"])


def solutions() -> list[tuple[str, str, str, list[str]]]:
    """Return name, stub, reference and other right answers of every coded exercise of the course."""
    found = []
    for source in exercises():
        notebook, others = source.notebook(), answers(source)
        stubs = blank(notebook)
        for cell in notebook.cells:
            marks = cell.metadata.get("nbgrader", {})
            if marks.get("solution") and cell.cell_type == "code":
                name = marks["grade_id"]
                right = [answer.code for answer in others if answer.right and answer.grade_id == name]
                found.append((name, stubs[name], cell.source, right))
    return found


def test_other_right_answers_of_the_course_are_no_hint() -> None:
    """People who solve a task in another way are never named."""
    for name, stub, reference, right in solutions():
        written = {f"learner{number}": {name: text} for number, text in enumerate([reference, *right])}
        assert alike(written, [stub]) == (), name


def test_renamed_answers_of_the_course_are_found() -> None:
    """Wherever an answer is long enough to say something."""
    found = []
    for name, stub, reference, right in solutions():
        written = {"ada": {name: reference}, "bob": {name: renamed(reference)}}
        written |= {f"honest{number}": {name: text} for number, text in enumerate(right)}
        pairs = alike(written, [stub])
        assert [(pair.one, pair.other) for pair in pairs] in ([], [("ada", "bob")]), name
        found += pairs
    assert len(found) >= 0.6 * len(solutions())


def renamed(source: str) -> str:
    """Return the code with other names for all that is the learner's own, and a comment in every line."""
    known = {*dir(builtins), *keyword.kwlist, *keyword.softkwlist}
    names = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)} - known
    for name in sorted(names):
        source = re.sub(rf"(?<![\w.'\"]){name}\b(?!['\"])", f"my_{name}", source)
    return "\n".join(f"{line}  # mine" if line and '"""' not in line else line for line in source.splitlines())
