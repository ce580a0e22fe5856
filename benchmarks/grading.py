"""`mlsd grade` against `nbgrader autograde`: the same submissions of real chapters, the same machine, one run.

    python benchmarks/grading.py [--submissions 40] [--chapters ch01_system_thinking ch02_requirements] [--seed 1]

Each learner answers some tasks right, some as one of the listed wrong answers, some not at all; written answers wait for
a person. Both programs are started as a person starts them, and the grades must be equal to the last point. Peak memory
is the sum of the proportional shares (PSS) of all processes that a program has started, processor time is that of all of
them, sandboxed ones too, looked at twice a second. What the cells themselves compute is the same for both: 40 ms for a
right answer to all of chapter 01, 15 ms for chapter 02. In a chapter whose tests simulate for seconds, the ratio is smaller.
"""

import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

from mlsd_course import grading

REPOSITORY = Path(__file__).parents[1]
FIXTURE = REPOSITORY / "tests" / "support" / "fixtures" / "course"
NBGRADER = [sys.executable, "-m", "nbgrader"]
MLSD = [sys.executable, "-m", "mlsd_course.cli"]


@dataclass
class Run:
    """One program's run."""

    seconds: float
    cpu_s: float
    peak_mb: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=40)
    parser.add_argument("--chapters", nargs="+", default=["ch01_system_thinking", "ch02_requirements"])
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    equal = [compare(chapter, given.submissions, given.seed) for chapter in given.chapters]
    if not all(equal):
        sys.exit(1)


def compare(chapter: str, submissions: int, seed: int) -> bool:
    """Run both programs on one chapter, and print; tell whether the grades are equal."""
    with tempfile.TemporaryDirectory(prefix="mlsd-bench-") as folder:
        theirs, ours = Path(folder, "theirs"), Path(folder, "ours")
        source = course(chapter, theirs)
        hand_in(theirs, source, submissions, random.Random(seed))
        timed([*NBGRADER, "generate_assignment", chapter, "--force"], theirs)
        shutil.copytree(theirs, ours)
        print(
            f"{submissions} submissions of {chapter}, {len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}"
        )
        grade = [*MLSD, "grade", chapter, "--course", str(ours)]
        fast = timed([*grade, "--no-feedback"], ours)
        slow = timed([*NBGRADER, "autograde", chapter, "--notebook=exercises"], theirs)
        different = [name for name, each in grades(theirs, chapter).items() if grades(ours, chapter).get(name) != each]
        fast_pages = timed(grade, ours)
        slow_pages = timed([*NBGRADER, "generate_feedback", chapter, "--notebook=exercises"], theirs)
    show("nbgrader autograde", slow, submissions)
    show("mlsd grade", fast, submissions)
    print(
        f"ratio: {slow.seconds / fast.seconds:.1f}x (at least 20x is asked), peak {fast.peak_mb:.0f} MB (below 1500 MB is asked)"
    )
    print(f"ratio of processor time: {slow.cpu_s / fast.cpu_s:.1f}x (other programs on this machine change it least)")
    show("nbgrader generate_feedback", slow_pages, submissions)
    show("mlsd grade, feedback alone", fast_pages, submissions)
    both = (slow.seconds + slow_pages.seconds) / (fast.seconds + fast_pages.seconds)
    print(f"ratio with feedback: {both:.1f}x")
    print("grades: equal, cell by cell" if not different else f"grades DIFFER for {different}")
    return not different


def course(chapter: str, root: Path) -> grading.Source:
    """Make a course of one chapter's exercises; return their source."""
    notebooks = REPOSITORY / "notebooks"
    origin = notebooks if (notebooks / "source" / chapter).is_dir() else FIXTURE
    (root / "source" / chapter).mkdir(parents=True, exist_ok=True)
    for path in (origin / "source" / chapter).iterdir():
        if path.stem in ("exercises", "answers"):
            shutil.copy(path, root / "source" / chapter)
    shutil.copy(notebooks / "nbgrader_config.py", root)
    if not (root / "source" / chapter / "exercises.ipynb").exists():
        grading.build([chapter], root=root)
    return next(source for source in grading.sources(root, [chapter]) if source.path.stem == "exercises")


def hand_in(root: Path, source: grading.Source, count: int, rng: random.Random) -> None:
    """Write what `count` learners hand in."""
    subprocess.run(
        [*NBGRADER, "generate_assignment", source.slug, "--force"], cwd=root, check=True, capture_output=True
    )
    reference = {
        cell.metadata["nbgrader"]["grade_id"]: cell.source for cell in source.notebook().cells if _solution(cell)
    }
    wrong: dict[str, list[str]] = {}
    for answer in grading.answers(source):
        wrong.setdefault(answer.grade_id, []).append(answer.code)
    for number in range(count):
        folder = root / "submitted" / f"learner{number:03}" / source.slug
        folder.mkdir(parents=True)
        notebook = nbformat.read(root / "release" / source.slug / "exercises.ipynb", as_version=4)
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            if name in reference and (luck := rng.random()) < 0.9:
                cell.source = reference[name] if luck < 0.7 else rng.choice(wrong.get(name, [cell.source]))
        nbformat.write(notebook, folder / "exercises.ipynb")


def timed(command: list[str], root: Path) -> Run:
    """Run a program in `root`; return seconds and peak memory of all that it started."""
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(root / ".jupyter")}
    started, used = time.perf_counter(), _children_s()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=log)
        most = {"mb": 0.0, "cpu_s": 0.0}
        watcher = threading.Thread(target=_watch, args=(process, most), daemon=True)
        watcher.start()
        code = process.wait()
        seconds = time.perf_counter() - started
        watcher.join()
        if code:
            log.seek(0)
            sys.exit(f"{' '.join(command)}\n{log.read().decode(errors='replace')[-3000:]}")
    return Run(seconds, max(_children_s() - used, most["cpu_s"]), most["mb"])


def grades(root: Path, chapter: str) -> dict[str, dict[str, tuple[float, bool]]]:
    """Return points and whether a person must look, by learner and grade id."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "mlsd") as book:
        return {
            each.student.id: {
                grade.name: (grade.auto_score or 0.0, grade.needs_manual_grade)
                for notebook in each.notebooks
                for grade in notebook.grades
            }
            for each in book.find_assignment(chapter).submissions
        }


def show(name: str, run: Run, count: int) -> None:
    """Print one line."""
    rate = 3600 * count / run.seconds
    print(
        f"{name:28} {run.seconds:7.1f} s {run.cpu_s:7.1f} s of processor {1000 * run.seconds / count:8.0f} ms each {rate:8.0f} an hour {run.peak_mb:6.0f} MB peak"
    )


def _solution(cell: nbformat.NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _children_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _watch(process: "subprocess.Popen[bytes]", most: dict[str, float]) -> None:
    """Look at all processes below; those that have ended are in their parents' figures, if these waited for them."""
    while process.poll() is None:
        below = _tree(process.pid)
        most["mb"] = max(most["mb"], sum(map(_pss_mb, below)))
        most["cpu_s"] = max(most["cpu_s"], sum(below.values()))
        time.sleep(0.5)


def _tree(root: int) -> dict[int, float]:
    """Return the processes below `root` and itself, with the processor time of each and its ended children."""
    parents, cpu_s = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            values = path.read_text().rpartition(")")[2].split()
            parents[int(path.parent.name)] = int(values[1])
            cpu_s[int(path.parent.name)] = sum(map(int, values[11:15])) / os.sysconf("SC_CLK_TCK")
        except (OSError, ValueError, IndexError):
            continue
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return {pid: cpu_s.get(pid, 0.0) for pid in found}


def _pss_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


if __name__ == "__main__":
    main()
