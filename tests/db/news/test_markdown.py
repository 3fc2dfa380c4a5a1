"""News as Markdown: a reader of CommonMark sees the words of strangers as words."""

import re

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from db.news import markdown
from tests.support.news import entry

TRICK = "<b>x</b> [x](http://evil.example) ![x](y) `x` *x* _x_ ~~x~~ # x | x & &lt; @all http://evil.example"
MARKDOWN = MarkdownIt("gfm-like", {"linkify": False})


def test_an_entry_with_its_words_and_captures() -> None:
    found = entry("# Privacy\n\nWe sell data.", "# Privacy\n\nWe never sell data.", set_aside=1)
    assert markdown.part(found).splitlines() == [
        "## shop.example: changed between 2010-01-01 and 2011-01-01 (+1 −0 words)",
        "",
        "### Privacy",
        "",
        "We **never** sell data.",
        "",
        "1 place not counted",
        "",
        "[Capture of 2010-01-01](<https://web.archive.org/web/20100101000000/http://shop.example/privacy>)"
        " · [Capture of 2011-01-01](<https://web.archive.org/web/20110101000000/http://shop.example/privacy>)",
    ]


def test_hostile_words_stay_words() -> None:
    found = entry("We sell.", f"We sell.\n\n## {TRICK}\n\n{TRICK}", name=TRICK, suspect=TRICK)
    page = MARKDOWN.render(markdown.page(TRICK, [markdown.part(found)]))
    tags = set(re.findall(r"<(\w+)", page))
    assert tags <= {"h1", "h2", "h3", "p", "ul", "li", "strong", "a"}
    assert "evil" not in "".join(re.findall(r'href="([^"]*)"', page))


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1))
@example("- 1. = + ===")
@example("1) one")
@example("1.")
@example("1.5 and 2. one")
@example("a\\")
@example("# one")
@example("> one")
@example("    code")
def test_an_escaped_text_is_one_paragraph_of_words(words: str) -> None:
    tokens = MARKDOWN.parse(markdown.escape(words))
    if not words.split():
        assert tokens == []
        return
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert {child.type for child in children} <= {"text", "text_special"}
    assert "".join(child.content for child in children).split() == words.split()


def test_only_the_title_of_an_entry_and_how_many_more() -> None:
    parts = [markdown.part(entry("We sell.", "We share."), 0), markdown.more(2)]
    assert markdown.page("3 changes", parts).splitlines() == [
        "# 3 changes",
        "",
        "## shop.example: changed between 2010-01-01 and 2011-01-01 (+1 −1 words)",
        "",
        "… and 2 more",
    ]


def test_a_point_in_a_number_is_not_escaped() -> None:
    assert [markdown.escape(words) for words in ("1.5 words", "1. words")] == ["1.5 words", "1\\. words"]
