"""Random designs: any part that the fields accept, joined so that it can be built."""

from dataclasses import fields

from hypothesis import strategies as st

from mlsd_course.design import Architecture, Constraints, MLSystemDesign, Requirements, Strategy
from mlsd_course.design.model.architecture import ROLES, Component, Decision, Flow
from mlsd_course.design.model.fields import (
    ChoiceField,
    FlagField,
    NameField,
    NumberField,
    NumbersField,
    PartField,
    TextField,
    WordsField,
)
from mlsd_course.design.model.requirements import BusinessMetric, MLMetric
from mlsd_course.design.model.strategy import Stage
from mlsd_course.errors import DesignError

NAMES = st.sampled_from([f"part{letter}" for letter in "abcdefghij"])
LINES = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=12).map(
    lambda line: f"counts {line} over 7 days".replace("  ", " ")
)


def values(kind):
    """Anything that a kind of field accepts."""
    match kind:
        case NumberField():
            low, high = max(kind.low, -1e6), min(kind.high, max(1e6, kind.low * 10))
            numbers = (
                st.integers(int(low) + 1, int(high))
                if kind.whole
                else st.floats(low, high, exclude_min=kind.above, allow_nan=False)
                .map(lambda x: float(f"{x:.6g}"))
                .filter(lambda x: kind.low <= x <= kind.high and (x > kind.low + 1e-6 or not kind.above))
            )
            return st.none() | numbers if kind.optional else numbers
        case TextField():
            return LINES if kind.needed else st.just("") | LINES
        case NameField():
            return NAMES
        case ChoiceField():
            return st.sampled_from(kind.options)
        case FlagField():
            return st.booleans()
        case WordsField():
            return st.lists(st.sampled_from(kind.options) if kind.options else LINES, max_size=3)
        case NumbersField():
            return st.just(())
        case PartField():
            return st.none() | st.tuples(st.floats(0.1, 500), st.floats(1, 50)).map(
                lambda pair: kind.part(p50_ms=round(pair[0], 3), p99_ms=round(pair[0] * pair[1], 3))
            )


@st.composite
def parts(draw, kind, name):
    """A part of a type; combinations that the part refuses are drawn again with fewer fields."""
    told = {entry.name: draw(values(entry.metadata["kind"])) for entry in fields(kind)}
    told["name"] = name
    if kind in (BusinessMetric, MLMetric):
        told |= (
            {"baseline": None, "guardrail": False} if kind is BusinessMetric else {"baseline": None, "stands_for": ""}
        )
    if kind.__name__ == "Availability":
        told["share"] = draw(st.floats(0.5, 0.9999))
    if kind is Stage:
        told["traffic_share"] = 0.5
    return kind(**told)


@st.composite
def architectures(draw):
    """Up to 7 components; sync flows only forward, so that no circle is drawn; async flows anywhere."""
    names = [f"part{letter}" for letter in "abcdefg"[: draw(st.integers(1, 7))]]
    components = []
    for name in names:
        layer = draw(st.sampled_from(list(ROLES)))
        told = {entry.name: draw(values(entry.metadata["kind"])) for entry in fields(Component)}
        told |= {"name": name, "layer": layer, "role": draw(st.sampled_from(ROLES[layer])), "traffic_share": None}
        told["replicas"] = draw(st.integers(1, 200))
        components.append(Component(**told))
    flows = []
    for number in range(draw(st.integers(0, 8)) if len(names) > 1 else 0):
        first, second = sorted(draw(st.lists(st.integers(0, len(names) - 1), min_size=2, max_size=2, unique=True)))
        share = draw(st.floats(0, 1))
        if draw(st.booleans()):
            timeout = draw(st.none() | st.floats(1, 1000))
            retries = draw(st.integers(0, 3)) if timeout is not None else 0
            flows.append(
                Flow(
                    f"call{number}",
                    source=names[first],
                    target=names[second],
                    kind="sync",
                    share=share,
                    calls=draw(st.sampled_from([1, 2, 3, 40])),
                    timeout_ms=timeout,
                    retries=retries,
                    fallback=draw(st.sampled_from(["", "a rule", *names])),
                    parallel=draw(st.sampled_from(["", "x"])),
                )
            )
        else:
            ends = (first, second) if draw(st.booleans()) else (second, first)
            flows.append(
                Flow(
                    f"move{number}",
                    source=names[ends[0]],
                    target=names[ends[1]],
                    kind="async",
                    share=share,
                    every_s=draw(st.sampled_from([0.0, 60.0, 86400.0])),
                    bytes=draw(st.floats(0, 1e6)),
                    delivery=draw(st.sampled_from(["", "at_least_once", "exactly_once"])),
                )
            )
    decisions = [draw(parts(Decision, "choice one"))] if draw(st.booleans()) else []
    return Architecture(components=components, flows=flows, decisions=decisions)


@st.composite
def steps(draw, step):
    """A step with up to two parts of each group."""
    groups, number = {}, 0
    for group, kinds in step.accepts.items():
        groups[group] = []
        for kind in draw(st.lists(st.sampled_from(kinds), max_size=2, unique=True)):
            number += 1
            groups[group].append(draw(parts(kind, f"{kind.__name__}{number}")))
    return step(**groups)


@st.composite
def designs(draw):
    """Any design that can be built."""
    design = MLSystemDesign(draw(LINES))
    design.requirements = draw(steps(Requirements))
    design.constraints = draw(steps(Constraints))
    design.architecture = draw(architectures())
    try:
        design.strategy = draw(steps(Strategy))
    except DesignError:
        design.strategy = Strategy()
    return design
