"""`mlsd grade`: runs each submission of a class in a sandbox, and writes what nbgrader's own autograde would write.

This package is trusted; `mlsd_course.grading.sandbox`, which runs learners' code, is not. In the order of a run:

`run` (the steps) · `assignment` (tests and points, from the source) · `submission` (reads what was handed in) ·
`pools` (who runs the jobs) · `grade_submission`, `scoring` (points) · `autograded` (notebooks for
Formgrader) · `journal` (a record of each submission) · `gradebook` (nbgrader's database) · `feedback` (pages).
`self_check` is the code of `mlsd check`; `start_up` makes imports fast.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
