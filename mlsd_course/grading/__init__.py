"""Builds the notebooks that learners get from the text that authors write, and turns learners' answers into points.

`build` makes the executed reference beside each source and the student version; `stale` says what is not current.
`judge` runs an exercise with other answers in place of the reference ones.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
