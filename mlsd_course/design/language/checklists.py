"""The four checklists of the framework, as the outline words them; after Huyen, Designing ML Systems (2022)."""

from collections.abc import Iterator, Mapping

CHECKLISTS: dict[str, dict[str, list[str]]] = {
    "requirements": {
        "business_metrics": [
            "Revenue impact",
            "User engagement (CTR, time spent)",
            "Cost reduction (operational efficiency)",
            "Risk mitigation (fraud prevention)",
        ],
        "ml_metrics": [
            "Precision/recall for ranking",
            "BLEU for translation",
            "Latency (p95 < 100 ms)",
            "Throughput (1000 QPS)",
        ],
        "system_requirements": [
            "Availability (99.9 % uptime)",
            "Scalability (10x traffic)",
            "Compliance (GDPR, privacy)",
            "Maintainability (easy updates)",
        ],
    },
    "constraints": {
        "data_constraints": [
            "Volume (TB scale)",
            "Velocity (real-time vs batch)",
            "Variety (structured, unstructured, multi-modal)",
            "Quality (missing data, noise, bias)",
        ],
        "compute_constraints": [
            "Latency (sub-second)",
            "Throughput (peak traffic)",
            "Cost (GPU/TPU budget)",
            "Infrastructure (on-premise vs cloud)",
        ],
        "team_constraints": [
            "Expertise (ML engineering vs research)",
            "Resources (team size, timeline)",
            "Maintenance (long-term support)",
        ],
    },
    "architecture": {
        "data_layer": [
            "Ingestion (Kafka, Kinesis, Pub/Sub)",
            "Storage (data lakes, warehouses, feature stores)",
            "Processing (Spark, Airflow, Kubeflow)",
        ],
        "ml_layer": [
            "Training (distributed training, HPO)",
            "Serving (model endpoints, batch inference)",
            "Monitoring (performance, drift detection)",
        ],
        "application_layer": [
            "APIs (REST, GraphQL, gRPC)",
            "Frontend (web, mobile, embedded)",
            "Integration (A/B testing, feature flags)",
        ],
    },
    "strategy": {
        "iterative_development": ["Iterative development and MVP"],
        "risk_mitigation": ["Risk mitigation and fallback plans"],
        "testing": ["Testing and validation"],
        "deployment": ["Deployment and rollout"],
    },
}


class Checklist(Mapping[str, list[str]]):
    """What a step asks for: group → items. Reads like a dict and shows as a list."""

    def __init__(self, title: str, groups: Mapping[str, list[str]]) -> None:
        self.title, self._groups = title, {group: list(items) for group, items in groups.items()}

    def __getitem__(self, group: str) -> list[str]:
        return self._groups[group]

    def __iter__(self) -> Iterator[str]:
        return iter(self._groups)

    def __len__(self) -> int:
        return len(self._groups)

    def __repr__(self) -> str:
        lines = [f"{self.title}: what to answer"]
        for group, items in self.items():
            lines += [f"  {group}", *(f"    - {item}" for item in items)]
        return "\n".join(lines)

    def _repr_markdown_(self) -> str:
        blocks = [f"**{self.title}: what to answer**"]
        blocks += [f"*{group}*\n\n" + "\n".join(f"- {item}" for item in items) for group, items in self.items()]
        return "\n\n".join(blocks)
