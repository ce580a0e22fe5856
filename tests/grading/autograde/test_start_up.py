"""Quick imports: what jsonschema must keep so that they stay quick, and that nothing of it is left behind."""

import subprocess
import sys

import pytest

from mlsd_course.grading.autograde.start_up import GRAMMARS


def python(code: str) -> str:
    """Return what a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("name", GRAMMARS)
def test_jsonschema_still_imports_the_grammars(name: str) -> None:
    """Upstream's habit that makes the shortcut worth its lines. Red: remove the name from `start_up.GRAMMARS`."""
    pytest.importorskip(name)
    assert python(f"import jsonschema, sys; print({name!r} in sys.modules)") == "True"


def test_a_prepared_process_has_checked_no_grammar_and_checks_notebooks() -> None:
    """jsonschema treats the two packages as optional. Red: it needs them now, and `import_without_grammars` must go."""
    code = (
        "import sys\n"
        "from mlsd_course.grading.autograde.start_up import GRAMMARS, prepare_to_grade\n"
        "prepare_to_grade()\n"
        "loaded = [name for name in GRAMMARS if name in sys.modules]\n"
        "import nbformat\n"
        "good = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell('1')])\n"
        "nbformat.validate(good)\n"
        "good.cells[0].cell_type = 'poem'\n"
        "try: nbformat.validate(good)\n"
        "except nbformat.ValidationError: print(loaded, 'refused')\n"
    )
    assert python(code) == "[] refused"


def test_preparing_leaves_no_stand_in_behind_and_collects_garbage_again() -> None:
    """Whoever wants a grammar afterwards can import it."""
    pytest.importorskip("isoduration")
    code = (
        "import gc\n"
        "from mlsd_course.grading.autograde.start_up import prepare_to_grade\n"
        "prepare_to_grade()\n"
        "import isoduration\n"
        "print(gc.isenabled(), isoduration.parse_duration('P1D').date.days)"
    )
    assert python(code) == "True 1"


@pytest.mark.parametrize("step", ["prepare_to_grade", "prepare_to_check"])
def test_preparing_imports_all_that_the_first_call_needs(step: str) -> None:
    """The modules behind `grade` and `check` are there."""
    module = {"prepare_to_grade": "run", "prepare_to_check": "self_check"}[step]
    code = (
        f"import sys; from mlsd_course.grading.autograde import start_up; start_up.{step}()\n"
        f"print('mlsd_course.grading.autograde.{module}' in sys.modules)"
    )
    assert python(code) == "True"
