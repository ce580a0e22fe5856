"""One module a scenario: a pure function from the values of an explorer's controls to the result that the explorer shows.

A scenario picks numbers and names what binds; the laws it uses live beside `mlsd_course.sim.scenarios`, one module each.
"""
