"""What an explorer shows at one moment: curves, limit, table and sentence, as plain data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Points = Sequence[float] | NDArray[np.float64]


@dataclass(frozen=True)
class Axis:
    """One axis with a fixed range, so that a curve that moves is seen to move.

    log: logarithmic. ticks: where to put a label, and which; empty: plotly's own choice.
    """

    label: str
    low: float
    high: float
    log: bool = False
    ticks: Mapping[float, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One trace, declared once: `name` is its key in `View.curves`, `label` its name in the legend.

    role: main, second, third (lines) · formula (dashed) · measured (the learner's own: diamonds) · band (a closed
    outline, filled) · marks (labelled points) · points, dots (hollow and full, without a label) · bars, bars2 (hatched). Bars at one place stand over each
    other and not side by side: give them a base.
    """

    name: str
    label: str
    role: str = "main"


@dataclass(frozen=True)
class Curve:
    """Points of one line in one state; `text` labels each point where the line's role is marks.

    base: where each bar begins, for bars that hang in the air, as in a waterfall; `y` is then its height. Empty: all on
    the axis.
    """

    x: Points = ()
    y: Points = ()
    text: Sequence[str] = ()
    base: Points = ()


@dataclass(frozen=True)
class Limit:
    """The one limit line: its words, and the axis on which `View.limit` lies ("x": a vertical line)."""

    label: str
    axis: str = "y"


@dataclass(frozen=True)
class View:
    """One state of an explorer.

    curves: by line name; a line that is not here is not drawn. limit: position of the limit line. rows: cells of the
    table, as texts. sentence: what binds, with its number. met: whether the limit holds.
    """

    curves: Mapping[str, Curve]
    limit: float
    rows: tuple[tuple[str, ...], ...]
    sentence: str
    met: bool
