"""Where a person turns the knobs: explorers, predictions, self-checks.

`show(name)` puts an explorer into the notebook, `chart` a figure with its sentence and its table; `predict` asks before
`reveal` tells; `home`, `review` and `ledger` show a learner their own way. An explorer is described by data (`Explorer`, `Slider`, …) and a pure function of `sim` or `design`; its
widgets are made when it is shown.

Inert while notebooks are built, checked or graded: with `MLSD_HEADLESS=1`, or under nbgrader (`NBGRADER_EXECUTION`),
everything is plain text that depends on nothing but the code, no widget talks, and no file of the learner is touched.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
