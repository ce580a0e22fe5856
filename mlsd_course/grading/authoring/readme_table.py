"""The table of chapters in the course's README, made from what the notebooks themselves say."""

import re
from pathlib import Path

from mlsd_course.learner import Chapter, chapters

_BEGIN, _END = "<!-- chapters, by `mlsd build` -->", "<!-- end of chapters -->"
_BETWEEN = re.compile(f"{re.escape(_BEGIN)}.*?{re.escape(_END)}", re.DOTALL)


def with_chapter_table(text: str, release: Path) -> str:
    """Return `text` with its table of the chapters under `release` made anew; as it is where it asks for none."""
    rows = ["| chapter | minutes | graded tasks |", "|---|---|---|", *map(_row, chapters(release))]
    return _BETWEEN.sub(lambda _: "\n".join([_BEGIN, *rows, _END]), text)


def _row(chapter: Chapter) -> str:
    first = f"notebooks/release/{chapter.slug}/{chapter.notebooks[0]}"
    return f"| [{chapter.title}]({first}) | {chapter.minutes or '–'} | {len(chapter.graded) or '–'} |"
