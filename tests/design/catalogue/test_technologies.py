"""The catalogue of technologies and the sources of its figures."""

import re
from importlib.resources import files

import pytest
import yaml

from mlsd_course.design import (
    catalogue,
)
from mlsd_course.design.catalogue.magnitudes import Magnitude, Reference
from mlsd_course.errors import DesignError

OUTLINE = "Kafka|Kinesis|Pub/Sub|data lake|data warehouse|feature store|Spark|Airflow|Kubeflow|distributed training|HPO|model endpoint|batch inference|performance monitoring|drift detection|REST|GraphQL|gRPC|web|mobile|embedded|A/B testing|feature flags"


@pytest.mark.parametrize("name", OUTLINE.split("|"))
def test_catalogue(name):
    """Every technology that the outline names says what for, when not, its order of magnitude, sources and stand-in."""
    tool = catalogue()[name]
    assert all(len(str(text)) > 5 for text in (tool.what_for, tool.when_not, tool.latency, tool.cost, tool.stand_in))
    assert tool.sources


@pytest.mark.parametrize("kind", ["latency", "cost"])
@pytest.mark.parametrize("name", catalogue())
def test_every_figure_has_a_source(name, kind):
    """A figure names title, publisher and year of its sources; a price says as of when; where there is none, it says so."""
    figure = getattr(catalogue()[name], kind)
    if re.search(r"\d", str(figure)):
        assert figure.known
        assert figure.sources
    if "$" in str(figure):
        assert re.search(r"as of (May )?20\d\d", str(figure))
    if not figure.known:
        assert str(figure).startswith("varies")
    for source in figure.sources:
        assert source.title
        assert source.publisher
        assert 1950 < source.year < 2100
        assert source.short in figure.cited
        assert str(source.year) in str(source)


def test_no_source_is_named_for_nothing():
    """Each source in the file is used, and reading that is no figure has title, publisher and year as well."""
    text = files("mlsd_course.design.catalogue").joinpath("technologies.yaml").read_text(encoding="utf-8")
    told = yaml.safe_load(text)
    used = {source for tool in catalogue().values() for source in tool.sources}
    assert used == {Reference(**source) for source in told["sources"].values()}
    assert all(source.title and source.publisher and isinstance(source.year, int) for source in used)
    assert not [source for source in used if source.address.startswith("http")]


def test_a_source_that_is_not_there():
    """A key without a source is refused with the keys that there are."""
    kreps = Reference("Kafka", "Kreps et al., NetDB", 2011, "example.org/kafka", via="a friend")
    assert Magnitude.read({"says": "5 ms", "from": ["kreps"]}, {"kreps": kreps}, "varies").sources == (kreps,)
    with pytest.raises(DesignError, match="no such source"):
        Magnitude.read({"says": "5 ms", "from": ["krebs"]}, {"kreps": kreps}, "varies")
    assert str(kreps) == "Kafka, by a friend (Kreps et al., NetDB, 2011), example.org/kafka"
    assert kreps.markdown() == '[Kreps et al., NetDB, 2011](https://example.org/kafka "Kafka, by a friend")'
    nothing = Magnitude.read({"says": None}, {}, "varies")
    assert (str(nothing), nothing.cited, nothing.known) == ("varies", "varies", False)


def test_the_catalogue_by_layer():
    """A layer's technologies, and those of one role of it, show as a table with their source."""
    shown = catalogue().on("data", "ingestion")
    assert list(shown) == ["Kafka", "Kinesis", "Pub/Sub"]
    for tool in shown.values():
        assert all(source.markdown() in shown._repr_markdown_() for source in tool.sources)
        assert all(str(text) in repr(shown) for text in (tool.cost, *tool.sources))
    assert {tool.layer for layer in ("data", "ml", "application") for tool in catalogue().on(layer).values()} == {
        "data", "ml", "application"}  # fmt: skip
    with pytest.raises(DesignError):
        catalogue().on("cloud")
