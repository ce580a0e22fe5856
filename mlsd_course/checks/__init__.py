"""What visible and hidden tests call: small checks whose messages tell a learner what came and what was expected.

Imported in a learner's kernel, it begins to note in their record which graded tests pass.
"""

from mlsd_course.learner.passed_tests import note_tests

note_tests()
