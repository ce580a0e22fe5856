"""Question banks, kinds of questions, variants and scoring: pure, nothing here draws or touches the disk of a learner.

`load` reads a bank, `render` fills in one variant of an item, `read_response` and `mark` judge an answer to it, `faults`
says what keeps a bank from being good. Keys are expressions; the functions in them are resolved by the caller's `Library`.
"""

from mlsd_course.quiz.bank import Bank, Objective
from mlsd_course.quiz.bank_file import load, read
from mlsd_course.quiz.expression import Library, evaluate
from mlsd_course.quiz.gates import GATES, Context, faults
from mlsd_course.quiz.item import KINDS, Item
from mlsd_course.quiz.marking import Mark, Response, is_right, mark, read_response
from mlsd_course.quiz.paper import Paper, PaperItem, keys_of, paper_of, read_paper, write_paper
from mlsd_course.quiz.place import LessonCell, Lessons, Place, find
from mlsd_course.quiz.schema import schema
from mlsd_course.quiz.variant import Asked, Key, Variant, count, pick, render

__all__ = [
    "GATES",
    "KINDS",
    "Asked",
    "Bank",
    "Context",
    "Item",
    "Key",
    "LessonCell",
    "Lessons",
    "Library",
    "Mark",
    "Objective",
    "Paper",
    "PaperItem",
    "Place",
    "Response",
    "Variant",
    "count",
    "evaluate",
    "faults",
    "find",
    "is_right",
    "keys_of",
    "load",
    "mark",
    "paper_of",
    "pick",
    "read",
    "read_paper",
    "read_response",
    "render",
    "schema",
    "write_paper",
]
