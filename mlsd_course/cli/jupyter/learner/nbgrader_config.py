"""nbgrader beside a learner's notebooks: what its Validate button goes by."""

c = get_config()  # type: ignore[name-defined]  # noqa: F821 - given by the program that reads this file
# Seconds for one cell, as when the work is graded.
c.Execute.timeout = 60
