"""Rendering of a policy's Markdown as HTML in which foreign text cannot do harm.

HTML in the Markdown is shown as text (CommonMark's `html` is off), and an image is shown as its description.
Links lead only to the web or a mailbox, and nh3 keeps only the listed tags. Headings are below the heading of
the page, skip no level, and have ids for the table of contents.
"""

import re
from typing import NamedTuple

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_TOP, _BOTTOM = 2, 6  # levels of headings in the text; h1 is the heading of the page
_TAGS = {
    *("a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "strong", "ul"),
    *("table", "tbody", "td", "th", "thead", "tr"),
    *(f"h{level}" for level in range(_TOP, _BOTTOM + 1)),
}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, **{f"h{level}": {"id"} for level in range(_TOP, _BOTTOM + 1)}}
_SCHEMES = {"http", "https", "mailto"}
# Of longer texts, the beginning is shown. No policy is so long. Rendering takes up to 5 s of processor time.
_CHARACTERS = 400_000
_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


class Heading(NamedTuple):
    """A line of the table of contents."""

    level: int
    id: str
    text: str


class RenderedText(NamedTuple):
    """The HTML of a text, and its headings for the table of contents. `shown` is how many characters it has.

    `is_cut` says that the text has more.
    """

    html: Markup
    contents: list[Heading]
    shown: int
    is_cut: bool


def render_markdown(markdown: str) -> RenderedText:
    """Return the text of a policy as HTML. For "", both HTML and headings are empty.

    Of a very long text, the beginning is returned, up to the end of a line if possible.
    """
    shown = _beginning(markdown)
    tokens = _PARSER.parse(shown)
    contents = _headings(tokens)
    written = _PARSER.renderer.render(tokens, _PARSER.options, {})
    clean = nh3.clean(
        written,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="nofollow noopener noreferrer",
        url_relative="deny",
    )
    html = Markup(clean)  # noqa: S704 - nh3 has just cleaned it
    return RenderedText(html, contents, len(shown), len(shown) < len(markdown))


def _beginning(markdown: str) -> str:
    """Return at most _CHARACTERS characters of a text, up to the end of a line if there is one."""
    if len(markdown) <= _CHARACTERS:
        return markdown
    end = markdown.rfind("\n", 0, _CHARACTERS)
    return markdown[: end if end > 0 else _CHARACTERS]


def _headings(tokens: list[Token]) -> list[Heading]:
    """Set levels and ids of all headings in the tokens. Return the headings that have words."""
    found: list[Heading] = []
    wanted_of: list[int] = []
    for index, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        wanted = int(token.tag[1:])
        while wanted_of and wanted_of[-1] >= wanted:
            wanted_of.pop()
        wanted_of.append(wanted)
        level = min(_TOP + len(wanted_of) - 1, _BOTTOM)
        token.tag = tokens[index + 2].tag = f"h{level}"
        text = _words(tokens[index + 1])
        heading = Heading(level, f"part-{len(found) + 1}", text)
        token.attrSet("id", heading.id)
        found.append(heading)
    return [heading for heading in found if heading.text]


def _words(inline: Token) -> str:
    parts = (child.content for child in inline.children or [] if child.type in ("text", "code_inline"))
    return re.sub(r"\s+", " ", "".join(parts)).strip()
