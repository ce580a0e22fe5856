"""Sentences as requirements: what is no requirement is refused with its question."""

import pytest

from mlsd_course.design import (
    read_sentence,
)
from mlsd_course.errors import DesignError


@pytest.mark.parametrize(
    "wish", ["fast", "highly available", "99.9 %", "50 ms", "10x", "scalable", "compliant", "it should be good"]
)
def test_wishes_are_refused(wish):
    """A wish is refused with the question that it leaves open."""
    with pytest.raises(DesignError, match="not yet a requirement") as refused:
        read_sentence(wish)
    assert refused.value.remedy
