"""What is left of a text when names, spacing and comments are taken away, as a few numbers that can be compared.

Runs of tokens are hashed and of each window of hashes the least is kept (winnowing: Schleimer, Wilkerson and Aiken 2003,
"Winnowing: local algorithms for document fingerprinting"), so that any run of SHINGLE + WINDOW - 1 tokens that two texts
share is found.
"""

import builtins
import io
import keyword
import re
import tokenize
from collections.abc import Iterable, Sequence
from zlib import crc32

SHINGLE, WINDOW = 8, 4  # tokens, hashes

_KEPT = frozenset(dir(builtins)) | frozenset(keyword.kwlist)
_LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENCODING, tokenize.ENDMARKER}
_OPENING = ("NEWLINE", "INDENT", "DEDENT")
_NAME, _TEXT = "N", "S"
_LOOSE = re.compile(r"\w+|[^\w\s]")


def code_tokens(source: str) -> list[str]:
    """Return the tokens of Python code: own names as one, literal texts as one; without comments, docstrings and layout."""
    found: list[str] = []
    depth, opens = 0, True  # whether a statement starts here
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            kind = tokenize.tok_name[token.type]
            if kind == "FSTRING_START":
                depth += 1
                found.append(_TEXT)
            elif kind == "FSTRING_END":
                depth -= 1
            elif not depth and token.type not in _LAYOUT and not (opens and kind == "STRING"):
                found.append(_plain(kind, token.string, found))
            opens = kind in _OPENING or (opens and token.type in _LAYOUT)
    except (tokenize.TokenError, SyntaxError, ValueError):
        return _loose_tokens(source)
    return found


def word_tokens(text: str) -> list[str]:
    """Return the words of prose, in small letters."""
    return re.findall(r"\w+", text.lower())


def shingles(tokens: Sequence[str]) -> list[int]:
    """Return the hash of every run of SHINGLE tokens."""
    return [crc32("\x1f".join(tokens[at : at + SHINGLE]).encode()) for at in range(len(tokens) - SHINGLE + 1)]


def winnowed(hashes: Sequence[int]) -> frozenset[int]:
    """Return the least hash of every window of WINDOW, each once."""
    if not hashes:
        return frozenset()
    return frozenset(min(hashes[at : at + WINDOW]) for at in range(max(1, len(hashes) - WINDOW + 1)))


def all_shingles(texts: Iterable[str]) -> frozenset[int]:
    """Return all hashes of what everybody was given, as code and as prose."""
    found: set[int] = set()
    for text in texts:
        found.update(shingles(code_tokens(text)))
        found.update(shingles(word_tokens(text)))
    return frozenset(found)


def _plain(kind: str, text: str, before: list[str]) -> str:
    if kind == "STRING":
        return _TEXT
    if kind in ("INDENT", "DEDENT"):
        return kind
    if kind == "NAME" and text not in _KEPT and not (before and before[-1] == "."):
        return _NAME
    return text


def _loose_tokens(source: str) -> list[str]:
    """Return the tokens of what is no Python."""
    lines = (line.split("#")[0] for line in source.splitlines())
    words = [word for line in lines for word in _LOOSE.findall(line)]
    return [_NAME if re.fullmatch(r"[^\W\d]\w*", word) and word not in _KEPT else word for word in words]
