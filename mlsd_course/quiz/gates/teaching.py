"""Gates on places: what is asked was taught, in a cell that exists and comes before."""

from collections.abc import Iterator

from mlsd_course.quiz.bank import Bank
from mlsd_course.quiz.gates.context import Context
from mlsd_course.quiz.place import Lessons, Place, find
from mlsd_course.quiz.reading import words
from mlsd_course.slugs import MASTERY_CHECK

TEACHING_WORDS = 15


def taught_before_asked(bank: Bank, context: Context) -> Iterator[str]:
    """The cell that teaches an objective, and the one to reread, exist; they come before the question is asked."""
    places = [(f"objective {name}", "taught", objective.taught) for name, objective in bank.objectives.items()]
    places += [(item.id, "reread", item.reread) for item in bank.items]
    for owner, part, text in places:
        place = bank.place(text)
        number = find(place, context.lessons)
        where = f"{bank.chapter}, {owner}, field {part}"
        if number is None:
            yield f"{where}: there is no {place}. {_nearest(place, context.lessons)}"
        elif place.chapter > bank.chapter and bank.chapter != MASTERY_CHECK:
            yield f"{where}: {place} comes after this chapter. Name a cell that the learner has read."
        elif part == "taught":
            yield from _teaches(where, place, number, bank, context)


def _teaches(where: str, place: Place, number: int, bank: Bank, context: Context) -> Iterator[str]:
    cells = context.lessons[place.chapter, place.notebook]
    section = [cells[number].text]
    for cell in cells[number + 1 :]:
        if cell.headings:
            break
        section.append(cell.text if cell.prose else "")
    if len(words(" ".join(section))) < TEACHING_WORDS:
        yield f"{where}: {place} holds fewer than {TEACHING_WORDS} words of prose. Teach it there, or name the cell that does."
    asked = [at for at, cell in enumerate(cells) if not cell.prose and "self_check(" in cell.text]
    if place.chapter == bank.chapter and asked and number > asked[0]:
        yield f"{where}: {place} comes after the self-check. Teach before asking."


def _nearest(place: Place, lessons: Lessons) -> str:
    cells = lessons.get((place.chapter, place.notebook))
    if cells is None:
        return "Notebooks: " + (", ".join("/".join(key) for key in sorted(lessons)) or "none yet") + "."
    return "Headings there: " + "; ".join(heading for cell in cells for heading in cell.headings) + "."
