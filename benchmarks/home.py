"""What the start page costs with 5,000 events: one more answer, followed by its reader or by a full re-read; both in one run."""

import json
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from mlsd_course.learner import Chapter, Record, RecordEvent, home_state

EVENTS, CHAPTERS, ANSWERS = 5_000, 16, 15
START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def a_year(folder: Path) -> None:
    kinds = ("answer", "answer", "visit", "prediction", "reveal")
    lines = []
    for n in range(EVENTS):
        slug = f"ch{n % CHAPTERS:02}_x"
        data = {"correct": n % 3 > 0, "mode": "practice", "objective": f"o{n % 7}", "value": 3.0, "actual": 4.0}
        lines.append(
            RecordEvent(
                kinds[n % 5], slug, f"{slug}.k{n % 320}", data, at=(START + timedelta(minutes=9 * n)).isoformat()
            ).to_json()
        )
    folder.joinpath("events.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_all(path: Path) -> list[RecordEvent]:
    return [RecordEvent(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def milliseconds(work: Callable[[], object]) -> float:
    begin = perf_counter()
    work()
    return 1000 * (perf_counter() - begin)


def main() -> None:
    chapters = [
        Chapter(f"ch{n:02}_x", "x", "50", ("lesson.ipynb",), 50, {f"ch{n:02}_x_e1": 1}) for n in range(CHAPTERS)
    ]
    now = START + timedelta(days=60)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        a_year(folder)
        record, writer = Record(folder), Record(folder)
        first = milliseconds(lambda: home_state(chapters, record.events(), now))
        looks, reads, states, naive = [], [], [], []
        for n in range(ANSWERS):
            writer.append("answer", "ch01_x", f"ch01_x.k{n}", correct=True, mode="practice")
            looks.append(milliseconds(record.stamp))
            reads.append(milliseconds(record.events))
            states.append(milliseconds(lambda: home_state(chapters, record.events(), now)))
            naive.append(milliseconds(lambda: home_state(chapters, read_all(record.path), now)))
    both = [read + state for read, state in zip(reads, states, strict=True)]
    print(f"events                                      {EVENTS}")
    print(f"first time, all of it                       {first:8.1f} ms")
    print(f"one look at the file, nothing new           {median(looks):8.3f} ms")
    print(f"one answer more: reading what was added     {median(reads):8.2f} ms")
    print(f"                 the state                  {median(states):8.1f} ms   (limit 100 ms)")
    print(f"                 both                       {median(both):8.1f} ms")
    print(f"the same with a full re-read                {median(naive):8.1f} ms")
    ratio = median(slow / fast for slow, fast in zip(naive, both, strict=True))
    print(f"full re-read / reading on                   {ratio:8.1f} x")


if __name__ == "__main__":
    main()
