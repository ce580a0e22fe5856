"""The JSON schema of a question bank, derived from the kinds, for editors that complete and validate."""

import json

from mlsd_course.quiz.bank import Bank


def schema() -> str:
    """Return the text of quizzes/schema.json."""
    made = Bank.model_json_schema()
    made = {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": "Question bank"}
    return json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
