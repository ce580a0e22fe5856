"""The served model on this machine: formula, simulation and measurement side by side, then what each policy can carry.

Run: python benchmarks/service.py [--record FILE]. A measurement whose generator was late itself is marked and not to be
trusted; close other programs. --record writes the first table with all that a test needs (tests/oracle/online_measurement.json).
"""

import argparse
import json
import os
import tempfile
from pathlib import Path

import numpy as np

from mlsd_course import data
from mlsd_course.errors import MissingExtra
from mlsd_course.sim import Measured, Trace, simulate
from mlsd_course.sim.queueing import closed_forms
from mlsd_course.systems.online import Service, closed_loop, open_loop, poisson_times_s

LOADS, SECONDS, SEED = (0.3, 0.5, 0.6, 0.7, 0.8), 4.0, 1


def agreement(path: Path, rows: np.ndarray) -> dict[str, object]:
    """Measure one request alone, the service time under load, and five loads; print all beside formula and simulation."""
    with Service(path) as service:
        model_ms = service.time_calls(rows[:1], 300)
        alone, busy = (closed_loop(service.url, rows, users=users, seconds=2) for users in (1, 8))
        service_ms = busy.mean_ms / 8
        spread = np.array(alone.latency_ms) / alone.mean_ms
        print(f"model {np.mean(model_ms):.2f} ms, alone {alone.mean_ms:.2f} ms, service time {service_ms:.2f} ms")
        runs = []
        for load in LOADS:
            rate = load * 1000 / service_ms
            times = poisson_times_s(rate, SECONDS, seed=SEED)
            seen = open_loop(service.url, times, rows)
            modelled = simulate(Trace(times), Measured(spread * service_ms), requests=len(times))
            formula = closed_forms.mg1_wait_ms(rate, service_ms, float(spread.std())) + alone.mean_ms
            simulated = modelled.mean_ms + alone.mean_ms - service_ms
            trust = "" if seen.generator_ok else "   (generator late: do not trust)"
            print(
                f"  {load:.0%}  mean: formula {formula:5.2f}  simulated {simulated:5.2f}  measured {seen.mean_ms:5.2f} ms"
                f"   p99: simulated {modelled.percentile_ms(99):5.2f}  measured {seen.percentile_ms(99):5.2f} ms{trust}"
            )
            runs.append({"load": load, "rate_per_s": rate, "seconds": SECONDS, "seed": SEED, "mean_ms": seen.mean_ms})
    return {
        "alone_ms": np.round(alone.latency_ms[:400], 3).tolist(),
        "alone_mean_ms": alone.mean_ms,
        "service_ms": service_ms,
        "runs": runs,
    }


def capacities(path: Path, rows: np.ndarray) -> None:
    """Print requests per second and processor time per request of each policy under 32 users in a closed loop."""
    policies = {
        "naive": {},
        "greedy": {"policy": "greedy"},
        "greedy, ONNX": {"policy": "greedy", "engine": "onnx"},
        "windowed, 5 ms": {"policy": "windowed", "max_wait_ms": 5},
        "1 thread": {"policy": "threads"},
        "32 threads": {"policy": "threads", "workers": 32},
        "8 workers, all cores each": {"policy": "threads", "workers": 8, "threads_per_call": os.cpu_count()},
    }
    for name, settings in policies.items():
        try:
            service = Service(path, **settings).start()
        except MissingExtra as missing:
            print(f"  {name:26s} skipped: {missing}")
            continue
        with service:
            before, run = service.stats(), closed_loop(service.url, rows, users=32, seconds=2)
            cpu_ms = 1000 * (service.stats()["cpu_s"] - before["cpu_s"]) / run.requests
        print(f"  {name:26s} {run.throughput_per_s:7.0f}/s   {cpu_ms:5.2f} ms of processor a request")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "late.joblib"
        data.train_late_model(path)
        rows = data.features(data.replay("2013-10-07").requests).to_numpy()[:2_000]
        recorded = agreement(path, rows)
        print("what each policy can carry")
        capacities(path, rows)
    if given.record:
        given.record.write_text(json.dumps(recorded) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
