"""How long the design framework takes: reviewing 30 components, a day at 1,000 requests/s, a talk of 30 answers against 10."""

from dataclasses import replace
from statistics import median
from time import perf_counter

from mlsd_course.design import Flow, Interview, MLSystemDesign, Throughput, Traffic, worked_design


def thirty_components() -> MLSystemDesign:
    design = worked_design("search")
    parts, flows = list(design.architecture.components), list(design.architecture.flows)
    model = design.architecture.by_name["ranker"]
    while len(parts) < 30:
        part = replace(model, name=f"ranker{len(parts)}", replicas=60)
        parts.append(part)
        flows.append(Flow(source="api", target=part.name, kind="sync", timeout_ms=100, fallback="nothing"))
    design.design_architecture(components=parts, flows=flows)
    return design


def milliseconds(work, repeat: int) -> list[float]:
    times = []
    for _ in range(repeat):
        start = perf_counter()
        work()
        times.append((perf_counter() - start) * 1000)
    return times


def talk(answers: int) -> Interview:
    half = range(1, answers // 2 + 1)
    heard = [("a", f"news{n} at the model is at most {n} h old") for n in half]
    return Interview("News in time").hear_all([*heard, *(("b", f"news{n} comes every {n} h") for n in half)])


def contradictions_ms(answers: int) -> float:
    return median(milliseconds(lambda: talk(answers).contradictions, 9)) - median(
        milliseconds(lambda: talk(answers), 9)
    )


def main() -> None:
    design = thirty_components()
    cold = milliseconds(lambda: (design.review(), design.size()), 1)[0]
    warm = milliseconds(lambda: (design.review(), design.size()), 20)
    design.add(Throughput(per_s=1000))
    day = milliseconds(lambda: design.simulate(Traffic(1000)), 3)
    print(f"components                       {len(design.architecture.components)}")
    print(f"review() + size(), first call    {cold:8.1f} ms")
    print(f"review() + size(), median of 20  {median(warm):8.1f} ms   (limit 20 ms)")
    print(f"simulate() a day at 1,000/s      {median(day):8.0f} ms   (limit 2,000 ms)")
    ten, thirty = contradictions_ms(10), contradictions_ms(30)
    print(f"contradictions of 30 answers     {thirty:8.1f} ms   (limit 300 ms)")
    print(f"30 answers / 10 answers          {thirty / ten:8.1f} x    (every pair is looked at: 9)")


if __name__ == "__main__":
    main()
