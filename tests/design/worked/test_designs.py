"""The worked designs."""

import pytest

from mlsd_course.design import (
    worked_design,
    worked_designs,
)


@pytest.mark.parametrize("name", worked_designs())
def test_worked_designs(name):
    """Each worked design reviews clean, misses nothing on an ordinary day, and stays inside every limit."""
    design = worked_design(name)
    assert design.review().clean
    assert not design.simulate().of("missed")
    assert design.binding().first.use < 1
    assert design.recommend_pattern().ranked[0].possible
