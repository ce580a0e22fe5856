"""YAML with line numbers: the line of every value, key and fault."""

import pytest

from mlsd_course.yaml_lines import YamlFault, read

TEXT = """\
# a comment
name: Tower
floors:
  - name: ground
    rooms: [hall, kitchen]
  - name: first
    story: >
      two lines
      of text
owner:
  name: Ada
"""


@pytest.fixture
def root():
    """The top of a small file."""
    return read(TEXT, "house.yaml")


def line_of(fragment):
    """The line on which a fragment of the text stands."""
    return TEXT[: TEXT.index(fragment)].count("\n") + 1


def test_every_value_has_the_line_of_its_key(root):
    """Each value under a key has that key's line, each member of a list the line on which it starts."""
    for at in root.walk():
        match at.steps:
            case ():
                assert at.line == line_of("name: Tower")
            case (*_, int()):
                assert TEXT.splitlines()[at.line - 1].lstrip().startswith(("-", "rooms"))
            case (*_, key):
                assert f"{key}:" in TEXT.splitlines()[at.line - 1]


def test_the_path_reads_like_python(root):
    """The way to a value is written with dots and square brackets; the top has none."""
    paths = [at.path for at in root.walk()]
    assert paths[:5] == ["", "name", "floors", "floors[0]", "floors[0].name"]
    assert "floors[1].story" in paths
    assert len(set(paths)) == len(paths)


def test_values_are_plain_data(root):
    """A value comes as Python data, the whole file too."""
    assert root.value()["floors"][0] == {"name": "ground", "rooms": ["hall", "kitchen"]}
    assert root.find(["floors", "1", "story"]).value() == "two lines of text\n"


@pytest.mark.parametrize(
    ("steps", "fragment", "path"),
    [
        (["floors", "1", "story"], "story", "floors[1].story"),
        (["floors", "1", "no such kind", "story"], "story", "floors[1].story"),
        (["floors", "1", "height"], "- name: first", "floors[1].height"),
        (["floors", "0", "rooms", "1"], "rooms", "floors[0].rooms[1]"),
        (["owner"], "owner", "owner"),
        (["tenant"], "name: Tower", "tenant"),
    ],
)
def test_steps_lead_to_a_line(root, steps, fragment, path):
    """Steps find a value; one that is not there is passed over, and the last one is a field that is missing."""
    at = root.find(steps)
    assert (at.line, at.path) == (line_of(fragment), path)


def test_a_missing_field_has_the_line_of_what_lacks_it(root):
    """Asked for a field that is not there, a mapping gives its own line and the way to where it would stand."""
    floor = root.entries()["floors"].items()[1]
    assert (floor.field("rooms").line, floor.field("rooms").path) == (line_of("- name: first"), "floors[1].rooms")
    assert floor.field("story").line == line_of("story")


def test_repeated_keys_have_their_own_lines():
    """Every key that stands twice in one mapping is named with the line of its second place; in two mappings it may."""
    text = "a: 1\nb: {c: 1, d: 2}\nlist:\n  - x: 1\n    x: 2\n  - x: 3\na: 2\n"
    assert [(key.line, key.path) for key in read(text, "f").repeated_keys()] == [(7, "a"), (5, "list[0].x")]
    assert not list(read(TEXT, "house.yaml").repeated_keys())


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: b: c", 1),
        ("a: 1\nb: [1, 2\nc: 3", 3),
        ("a: 1\n\tb: 2", 2),
        ("é: 'äöü'\nb: 2\nc: 9\x00\nd: 1\n", 3),
        ("a: 1\nb: \ud800", 2),
        ("a: *nothing", 1),
        ("[" * 5000, 1),
    ],
)
def test_what_is_no_yaml_has_a_line(text, line):
    """Text that is no YAML is refused with the line and one line of reason."""
    with pytest.raises(YamlFault) as refused:
        read(text, "f")
    assert refused.value.line == line
    assert refused.value.what
    assert "\n" not in refused.value.what


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb:\n  c: 2024-99-99\n", 3),
        ("a: 1\nb: !!python/name:os.system x\n", 2),
        ("a: 1\nb: 1\n? [1, 2]\n: list as a key\n", 3),
    ],
)
def test_a_value_that_cannot_be_read_has_its_line(text, line):
    """A value that YAML allows and Python cannot hold is refused with its own line, also when the whole file is read."""
    with pytest.raises(YamlFault) as refused:
        read(text, "f").value()
    assert refused.value.line == line


def test_an_empty_text_holds_nothing():
    """Nothing, or comments alone, is no value."""
    assert read("", "f") is None
    assert read("# only a comment\n", "f") is None


def test_aliases_are_walked_once():
    """A value that refers to itself, or that aliases repeat a million times, is walked all the same."""
    assert len(list(read("a: &x\n  b: *x\n", "f").walk())) == 2
    doubled = "\n".join(["a0: &a0 [1, 1]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 25))])
    assert len(list(read(doubled, "f").walk())) < 100


@pytest.mark.parametrize(
    ("text", "summary"),
    [("x: short", "short"), ("x: [1]", "sequence"), ("x: {a: 1}", "mapping"), (f"x: {'a' * 50}", "a" * 37 + "…")],
)
def test_the_summary_is_short(text, summary):
    """What stands at a place is shown in at most about forty letters."""
    assert read(text, "f").entries()["x"].summary == summary
