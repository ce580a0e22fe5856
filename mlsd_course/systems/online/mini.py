"""The online pattern on the common traffic: asked, computed, answered, each request when it comes."""

import numpy as np

from mlsd_course.systems.mini import Mini, Scorecard, Workload, log_loss
from mlsd_course.systems.online.load_test import open_loop
from mlsd_course.systems.online.service import Service

USD_PER_SERVER_HOUR = 0.10
_ASKED_AGAIN = 100


def run(traffic: Workload, policy: str = "greedy") -> Scorecard:
    """Serve the traffic from a process of its own and return its scorecard; features are computed when asked, so their age is 0."""
    with Service(traffic.model_path, policy=policy) as service:
        measurement = open_loop(service.url, traffic.times_s, traffic.rows)
        sample = np.linspace(0, len(traffic.rows) - 1, min(len(traffic.rows), _ASKED_AGAIN)).astype(int)
        probabilities = np.array([service.predict(row) for row in traffic.rows[sample]])
    return Scorecard(
        answered_share=measurement.answered_share,
        p50_ms=measurement.percentile_ms(50),
        p95_ms=measurement.percentile_ms(95),
        p99_ms=measurement.percentile_ms(99),
        log_loss=log_loss(probabilities, traffic.late[sample]),
        age_s=0.0,
        usd_per_million=1e6 * USD_PER_SERVER_HOUR / 3600 / max(measurement.throughput_per_s, 1e-9),
        code_paths=1,
    )


MINI = Mini(
    noun="online",
    run=run,
    twin=lambda traffic: run(traffic, policy="naive"),
    engine="Triton, TorchServe, KServe or BentoML: the same batcher in front of many replicas",
    switch="the address that the load is sent to",
)
