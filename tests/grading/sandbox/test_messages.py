"""Messages between processes: framing, size, silence, and whatever else a learner's process may write to the socket."""

import json
import socket
import struct
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlsd_course.grading.sandbox import messages
from mlsd_course.grading.sandbox.messages import Channel, Closed, Disturbed, Silent

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture
def ends() -> Iterator[tuple[Channel, socket.socket]]:
    """Our end of a channel, and the bare socket at the other."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Channel(ours), theirs


def framed(body: bytes) -> bytes:
    """Return `body` behind its length."""
    return struct.pack("!I", len(body)) + body


@given(sent=st.lists(st.dictionaries(st.text(), JSON, max_size=3), max_size=4))
def test_messages_come_whole_in_their_order(sent: list[dict[str, object]]) -> None:
    """Whatever JSON can hold, several behind each other."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for message in sent:
            Channel(theirs).send(message)
        assert [Channel(ours).receive(1) for _ in sent] == sent


def test_a_message_that_comes_byte_by_byte_is_put_together(ends: tuple[Channel, socket.socket]) -> None:
    """The length may come in pieces, too."""
    channel, theirs = ends
    for byte in framed(b'{"op": "cell"}'):
        theirs.sendall(bytes([byte]))
    assert channel.receive(1) == {"op": "cell"}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"3", b"null", b'"text"', b"\xff\xfe", b"[" * 100_000, b'{"a": 1} trailing'],
    ids=["empty", "half", "list", "number", "null", "text", "no UTF-8", "nested too deeply", "two values"],
)
def test_what_is_no_message_disturbs(ends: tuple[Channel, socket.socket], body: bytes) -> None:
    """A message is one JSON object."""
    channel, theirs = ends
    theirs.sendall(framed(body))
    with pytest.raises(Disturbed):
        channel.receive(1)


def test_a_length_above_the_limit_is_refused_before_anything_of_it_is_read(
    ends: tuple[Channel, socket.socket],
) -> None:
    """Memory for it is never taken; nobody waits for bytes that do not come."""
    channel, theirs = ends
    theirs.sendall(struct.pack("!I", messages.LIMIT_BYTES + 1))
    with pytest.raises(Disturbed, match=str(messages.LIMIT_BYTES + 1)):
        channel.receive()


def test_a_message_as_large_as_the_limit_is_read(
    ends: tuple[Channel, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit itself is allowed."""
    channel, theirs = ends
    body = json.dumps({"text": "x" * 100}).encode()
    monkeypatch.setattr(messages, "LIMIT_BYTES", len(body))
    theirs.sendall(framed(body))
    assert channel.receive(1) == {"text": "x" * 100}


@pytest.mark.parametrize(
    "sent", [b"", b"\x00\x00", framed(b'{"op": 1}')[:-1]], ids=["nothing", "half a length", "half"]
)
def test_silence_is_told_from_the_end(ends: tuple[Channel, socket.socket], sent: bytes) -> None:
    """As long as the other side is there, what is missing may come; when it is gone, it cannot."""
    channel, theirs = ends
    theirs.sendall(sent)
    with pytest.raises(Silent):
        channel.receive(0.01)
    theirs.close()
    with pytest.raises(Closed):
        channel.receive(1)


def test_sending_to_nobody_is_told(ends: tuple[Channel, socket.socket]) -> None:
    """Instead of an error of the system."""
    channel, theirs = ends
    theirs.close()
    with pytest.raises(Closed):
        channel.send({"text": "x" * 1_000_000})
