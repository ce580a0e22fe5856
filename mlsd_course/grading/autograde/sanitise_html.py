"""What learners wrote as HTML without what a browser would run: Formgrader shows Markdown as it is.

`notebooks/nbgrader_config.py` names both filters, for Formgrader and for feedback. nbconvert's own `clean_html` shows the
marks of paragraphs and headings as text. nh3 removes tags that are not allowed; so that nothing a learner wrote is lost
(`List<int>` in a sentence), such tags are turned into text first, and nh3 alone decides what is safe.
"""

import re

import nh3
from nbconvert.filters import strip_files_prefix

_TAGS = (
    *("a", "abbr", "b", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i"),
    *("kbd", "li", "ol", "p", "pre", "s", "span", "strong", "sub", "sup"),
    *("table", "tbody", "td", "th", "thead", "tr", "u", "ul"),
)
_ATTRIBUTES = {"*": {"class"}, "a": {"href", "title"}, "td": {"align"}, "th": {"align"}}
_SCHEMES = {"http", "https", "mailto"}
# A `<` that begins neither an allowed tag nor a comment (which nh3 removes).
_OTHER_TAG = re.compile(rf"<(?!!--|/?(?:{'|'.join(_TAGS)})[\s/>])", re.IGNORECASE)


def clean(text: str | bytes) -> str:
    """Return HTML in which only tags of text and tables are left; others are shown as text."""
    given = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    shown = _OTHER_TAG.sub("&lt;", given)
    return nh3.clean(shown, tags=set(_TAGS), attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None)


def clean_markdown(text: str) -> str:
    """The same for HTML made of Markdown, in the place of nbconvert's last filter for it."""
    return clean(strip_files_prefix(text))
