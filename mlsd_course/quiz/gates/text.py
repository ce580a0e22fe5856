"""Gates on texts: enough of them, short, readable, no two alike."""

from collections.abc import Iterator

from mlsd_course.quiz.bank import Bank
from mlsd_course.quiz.gates.context import Context, Parts, filled, question
from mlsd_course.quiz.reading import grade, likeness, words
from mlsd_course.quiz.variant import count
from mlsd_course.slugs import MASTERY_CHECK

LEAST_ITEMS, MASTERY_ITEMS, MASTERY_VARIANTS = 8, 8, 3
LONGEST = {"stem": 90, "claim": 60, "text": 30, "because": 60, "otherwise": 60, "misconception": 25}  # words
HIGHEST_GRADE, HIGHEST_MEAN_GRADE = 16.0, 12.0
ALIKE = 0.6


def enough(bank: Bank, context: Context) -> Iterator[str]:
    """A bank has 8 items or more, the mastery check exactly 8 with 3 variants each; each objective is asked for."""
    if bank.chapter == MASTERY_CHECK:
        if len(bank.items) != MASTERY_ITEMS:
            yield f"{bank.chapter}: {len(bank.items)} items. The mastery check has {MASTERY_ITEMS}."
        for item in bank.items:
            if count(item) < MASTERY_VARIANTS:
                yield f"{item.id}: {count(item)} variant(s). Give `cases` or `draw` for at least {MASTERY_VARIANTS}."
    elif len(bank.items) < LEAST_ITEMS:
        yield f"{bank.chapter}: {len(bank.items)} items. Write at least {LEAST_ITEMS}."
    for objective in sorted(set(bank.objectives) - {item.objective for item in bank.items}):
        yield f"{bank.chapter}: no item asks for the objective {objective!r}. Write one, or remove the objective."


def no_two_alike(bank: Bank, context: Context) -> Iterator[str]:
    """No two items ask the same, within a bank and across all of them."""
    own = [(item.id, question(item, context)) for item in bank.items]
    others = [other for other in context.others.values() if other.chapter != bank.chapter]
    foreign = [(item.id, question(item, context)) for other in others for item in other.items]
    for number, (one, text) in enumerate(own):
        for other_id, other_text in own[number + 1 :] + foreign:
            if (share := likeness(text, other_text)) >= ALIKE:
                yield f"{one}: it reads like {other_id} ({share:.0%} of its phrases). Ask something else."


def readable(bank: Bank, context: Context) -> Iterator[str]:
    """Texts are short, and their grade level is one that a reader of English as a second language copes with."""
    grades = []
    for item in bank.items:
        told = [text for parts in filled(item, context) for text in _too_long(parts)]
        yield from dict.fromkeys(f"{item.id}, {sentence}" for sentence in told)
        grades.append(grade(question(item, context)))
        if grades[-1] > HIGHEST_GRADE:
            yield f"{item.id}: reads at grade {grades[-1]:.0f}, at most {HIGHEST_GRADE:.0f}. Use shorter sentences and words."
    if grades and sum(grades) / len(grades) > HIGHEST_MEAN_GRADE:
        yield (
            f"{bank.chapter}: its items read at grade {sum(grades) / len(grades):.1f} on average, at most "
            f"{HIGHEST_MEAN_GRADE:.0f}. Use shorter sentences and words."
        )


def _too_long(parts: Parts) -> Iterator[str]:
    for part, text in parts:
        limit = LONGEST[part.rpartition(".")[2]]
        if len(words(text)) > limit:
            yield f"field {part}: {len(words(text))} words, at most {limit}. Shorten it."
