"""The architecture as a Mermaid flowchart: one box per component, grouped by layer; calls are solid, data dotted."""

from mlsd_course.design.model.architecture import ROLES, Architecture, Component, Flow
from mlsd_course.quantities import duration, percent

_CODES = {"#": "#35;", "&": "#amp;", '"': "#quot;", "<": "#lt;", ">": "#gt;"}
LAYERS = {"data": "Data layer", "ml": "ML layer", "application": "Application layer"}


class Diagram:
    """A picture for JupyterLab (Markdown with Mermaid) and its plain text for everywhere else."""

    def __init__(self, architecture: Architecture) -> None:
        self.architecture = architecture
        self._id = {part.name: f"c{number}" for number, part in enumerate(architecture.components)}

    @property
    def mermaid(self) -> str:
        """The Mermaid source."""
        lines = ["flowchart LR"]
        for layer in reversed(ROLES):
            parts = [part for part in self.architecture.components if part.layer == layer]
            if parts:
                lines += [
                    f'  subgraph {layer}["{LAYERS[layer]}"]',
                    *(f"    {self._box(part)}" for part in parts),
                    "  end",
                ]
        return "\n".join(lines + [f"  {self._arrow(flow)}" for flow in self.architecture.flows])

    def _box(self, part: Component) -> str:
        size = f" x {part.replicas}" if part.replicas > 1 else ""
        tool = f"<br/>{_safe(part.technology)}" if part.technology else ""
        left, right = {"durable": ("[(", ")]"), "cache": ("[[", "]]"), "none": ("[", "]")}[part.state]
        return f'{self._id[part.name]}{left}"{_safe(part.name)}{size}{tool}"{right}'

    def _arrow(self, flow: Flow) -> str:
        notes = [percent(flow.share)] * (flow.share < 1) + [f"x {flow.calls}"] * (flow.calls > 1)
        notes += [f"every {duration(flow.every_s)}"] * bool(flow.every_s)
        label = f'|"{_safe(", ".join(notes))}"|' if notes else ""
        return f"{self._id[flow.source]} {'-->' if flow.kind == 'sync' else '-.->'}{label} {self._id[flow.target]}"

    def __repr__(self) -> str:
        lines = [f"{len(self.architecture.components)} components, {len(self.architecture.flows)} flows"]
        lines += [
            f"  {flow.source} {'==>' if flow.kind == 'sync' else '..>'} {flow.target}"
            for flow in self.architecture.flows
        ]
        return "\n".join(lines)

    def _repr_markdown_(self) -> str:
        return f"```mermaid\n{self.mermaid}\n```"


def _safe(text: str) -> str:
    return "".join(_CODES.get(letter, letter) for letter in text)
