"""A course at scale: simulated learners and two assignments through the whole loop, from the source to the exported grades.

    python benchmarks/course_scale.py [--learners 500] [--chapters ch02_requirements mastery_check] [--seed 1]

Prints how long each step takes, the peak memory (PSS of all processes), and the size of the gradebook.
"""

import argparse
import csv
import os
import random
import shutil
import tempfile
import time
from pathlib import Path

from grading import MLSD, NBGRADER, Run, course, hand_in, timed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, default=500)
    parser.add_argument("--chapters", nargs="+", default=["ch02_requirements", "mastery_check"])
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mlsd-scale-") as folder:
        root = Path(folder, "course")
        root.mkdir()
        print(
            f"{given.learners} learners, {', '.join(given.chapters)}; {len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}"
        )
        started = time.perf_counter()
        for number, chapter in enumerate(given.chapters):
            source = course(chapter, root)
            hand_in(root, source, given.learners, random.Random(given.seed + number))
        show("generate and hand in", Run(time.perf_counter() - started, 0, 0), 0)
        units = given.learners * len(given.chapters)
        grade = [*MLSD, "grade", "--course", str(root)]
        show("mlsd grade, feedback left out", timed([*grade, "--no-feedback"], root), units)
        show("mlsd grade again: nothing to do", timed([*grade, "--no-feedback"], root), units)
        show("feedback pages", timed(grade, root), units)
        show("nbgrader export", timed([*NBGRADER, "export"], root), units)
        with (root / "grades.csv").open(encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["raw_score"]]
        pages = len(list((root / "feedback").rglob("*.html")))
        size_mb = (root / "gradebook.db").stat().st_size / 1e6
        print(f"{len(rows)} rows exported, {pages} pages, gradebook {size_mb:.1f} MB")
        assert len(rows) >= units, "a learner is missing from the export"
        shutil.rmtree(root)


def show(name: str, run: Run, units: int) -> None:
    """Print one line."""
    each = f"{1000 * run.seconds / units:6.0f} ms each" if units else " " * 14
    print(f"{name:32} {run.seconds:7.1f} s {run.cpu_s:7.1f} s of processor {each} {run.peak_mb:6.0f} MB peak")


if __name__ == "__main__":
    main()
