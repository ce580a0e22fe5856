"""How long the design framework takes: review and sizing of 30 components, and a day at 1,000 requests per second."""

from dataclasses import replace
from statistics import median
from time import perf_counter

from mlsd_course.design import Flow, MLSystemDesign, Throughput, Traffic, worked_design


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


if __name__ == "__main__":
    main()
