"""What an instructor wants to know of a class: read from nbgrader's gradebook and from the records of `mlsd grade`.

`classbook` (the gradebook as plain data) · `submission_details` (what learners wrote and read) · `causes` · `similarity` on
`fingerprints` · `overview` · `page` (the overview as a web page) · `lms` on `sheet` (columns for Canvas and Moodle) ·
`late` (a policy in words) · `penalties` (the same as nbgrader's own plugin).
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
