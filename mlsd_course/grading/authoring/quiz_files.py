"""The files that are derived from the question banks and their kinds; `mlsd build` writes them."""

import re
from collections.abc import Iterator
from pathlib import Path

from mlsd_course.exam.library import library
from mlsd_course.exam.mastery import encoded
from mlsd_course.grading.authoring.derived_file import write_derived
from mlsd_course.quiz import Bank, keys_of, load, paper_of, schema, write_paper
from mlsd_course.slugs import MASTERY_CHECK

PAPER = Path("mlsd_course", "quiz", "mastery_paper.json")
HIDDEN_TESTS = Path("notebooks", "source", MASTERY_CHECK, "exercises.py")
_KEY = re.compile(r'(check_key\(\s*\w+,\s*"(\w+)",\s*key=")[^"]*(")')


def write_quiz_files(repository: Path = Path()) -> list[str]:
    """Write what is derived; return the names of the files that changed."""
    changed = []
    for path, text in _derived(repository):
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            write_derived(path, text)
            changed.append(path.relative_to(repository).as_posix())
    return changed


def stale_quiz_files(repository: Path = Path()) -> list[str]:
    """Return a sentence for each derived file that is not what its source gives."""
    return [
        f"{path.relative_to(repository).as_posix()} is not current. Run `make notebooks`."
        for path, text in _derived(repository)
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def _derived(repository: Path) -> Iterator[tuple[Path, str]]:
    """Yield the files and their text: the schema, the paper without keys, the keys in the hidden tests."""
    yield repository / "quizzes" / "schema.json", schema()
    bank_path, tests = repository / "quizzes" / f"{MASTERY_CHECK}.yaml", repository / HIDDEN_TESTS
    if not bank_path.exists():
        return  # whoever is not to have the keys has no such file
    bank = load(bank_path)
    yield repository / PAPER, write_paper(paper_of(bank, library))
    if tests.exists():
        yield tests, with_keys(tests.read_text(encoding="utf-8"), bank)


def with_keys(text: str, bank: Bank) -> str:
    """Return the source of the mastery check with the keys of `bank` in its hidden tests."""
    keys = {name: encoded(key) for name, key in keys_of(bank, library).items()}
    return _KEY.sub(lambda match: f"{match[1]}{keys.get(match[2], '')}{match[3]}", text)
