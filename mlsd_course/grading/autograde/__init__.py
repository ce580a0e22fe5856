"""`mlsd grade`: what runs a class's submissions, each in a sandbox of its own, and writes what nbgrader writes.

All of this package is trusted; the other side of the wall is `mlsd_course.grading.sandbox`. A run passes through:

`run` (the order of things) · `assignment` (tests and points, from the source) · `submission` (what was handed in) ·
`choose_pool`, `pool`, `dask_pool` (who runs it) · `scoring` (points) · `autograded` (notebooks for Formgrader) · `journal` (what
was done) · `gradebook` · `feedback`. `self_check` is what `mlsd check` runs; `start_up` makes imports quick.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
