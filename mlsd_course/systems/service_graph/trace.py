"""One request on its way: a span for each visit of a component, as a distributed trace shows it (Sigelman 2010)."""

from dataclasses import dataclass

WIDTH = 40


@dataclass
class Span:
    """One visit: when it began, how long it waited for a free slot, how long the component worked, and how it ended."""

    component: str
    start_ms: float
    wait_ms: float = 0.0
    work_ms: float = 0.0
    ok: bool = True


@dataclass(frozen=True, repr=False)
class RequestTrace:
    """A request from its entry to its end. `fallbacks`: names of the flows that fell back.

    A call that its caller gave up on may go on after the end.
    """

    entry: str
    start_ms: float
    end_ms: float
    ok: bool
    spans: tuple[Span, ...]
    fallbacks: tuple[str, ...]

    @property
    def latency_ms(self) -> float:
        """Time until the user had an answer, or an error."""
        return self.end_ms - self.start_ms

    def __repr__(self) -> str:
        scale = max(self.latency_ms, 1e-9)
        lines = [f"{self.entry}: {'answered' if self.ok else 'failed'} after {self.latency_ms:.1f} ms"]
        names = max(len(span.component) for span in self.spans)
        for span in self.spans:
            begin = min(WIDTH - 1, int((span.start_ms - self.start_ms) / scale * WIDTH))
            waited, worked = (max(0, round(part / scale * WIDTH)) for part in (span.wait_ms, span.work_ms))
            bar = (" " * begin + "." * waited + "#" * max(1, worked))[:WIDTH]
            note = "" if span.ok else "  failed"
            lines.append(f"  {span.component:{names}}  |{bar:{WIDTH}}| {span.wait_ms + span.work_ms:6.1f} ms{note}")
        lines += [f"  fell back: {name}" for name in self.fallbacks]
        return "\n".join(lines)


@dataclass
class Progress:
    """What a request carries with it: which components answer it, its spans so far, and the flows that fell back."""

    up: dict[str, bool]
    spans: list[Span]
    fallbacks: list[str]
