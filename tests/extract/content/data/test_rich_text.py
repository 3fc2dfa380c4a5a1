"""One text in the formats of editors and content systems: all become the same Markdown."""

import json

import pytest

from extract.content.data import rich_text
from extract.html import page
from extract.markdown import writer

URL = "https://www.shop.example/privacy"
TEXT = """## What we collect

We collect **your name** and [cookies](https://www.shop.example/cookies).

  * your _address_,
  * your orders.

### Storage

  1. Ten years.
  2. Then never again."""
LINK = "/cookies"


def markdown(value):
    parsed = page.parse(f"<html><body>{rich_text.html(value)}</body></html>", URL)
    return str(writer.write(parsed, [parsed.root.find("body")]))


def contentful():
    def text(value, *marks):
        return {"nodeType": "text", "value": value, "marks": [{"type": mark} for mark in marks], "data": {}}

    def node(kind, *content, **data):
        return {"nodeType": kind, "content": list(content), "data": data}

    def items(kind, *texts):
        return node(kind, *(node("list-item", node("paragraph", *text)) for text in texts))

    return node(
        "document",
        node("heading-2", text("What we collect")),
        node(
            "paragraph",
            text("We collect "),
            text("your name", "bold"),
            text(" and "),
            node("hyperlink", text("cookies"), uri=LINK),
            text("."),
        ),
        items(
            "unordered-list", [text("your "), text("address", "italic"), text(",")], [text("your orders.")]
        ),
        node("heading-3", text("Storage")),
        items("ordered-list", [text("Ten years.")], [text("Then never again.")]),
    )


def portable_text():
    def block(*spans, style="normal", **more):
        children = [{"_type": "span", "text": text, "marks": list(marks)} for text, *marks in spans]
        return {"_type": "block", "_key": "k", "style": style, "children": children, "markDefs": []} | more

    link = {"_key": "9f2", "_type": "link", "href": LINK}
    return [
        block(["What we collect"], style="h2"),
        block(
            ["We collect "], ["your name", "strong"], [" and "], ["cookies", "9f2"], ["."], markDefs=[link]
        ),
        block(["your "], ["address", "em"], [","], listItem="bullet", level=1),
        block(["your orders."], listItem="bullet", level=1),
        block(["Storage"], style="h3"),
        block(["Ten years."], listItem="number", level=1),
        block(["Then never again."], listItem="number", level=1),
    ]


def lexical():
    def text(value, bits=0):
        return {"type": "text", "text": value, "format": bits, "mode": "normal", "version": 1}

    def node(kind, *children, **more):
        return {"type": kind, "children": list(children), "version": 1, "direction": "ltr"} | more

    return {
        "root": node(
            "root",
            node("heading", text("What we collect"), tag="h2"),
            node(
                "paragraph",
                text("We collect "),
                text("your name", 1),
                text(" and "),
                node("link", text("cookies"), fields={"url": LINK}),
                text("."),
            ),
            node(
                "list",
                node("listitem", text("your "), text("address", 2), text(",")),
                node("listitem", text("your orders.")),
                listType="bullet",
                tag="ul",
            ),
            node("heading", text("Storage"), tag="h3"),
            node(
                "list",
                node("listitem", text("Ten years.")),
                node("listitem", text("Then never again.")),
                listType="number",
                tag="ol",
            ),
        )
    }


def prosemirror():
    def text(value, *marks):
        return {"type": "text", "text": value, "marks": list(marks)}

    def node(kind, *content, **attrs):
        return {"type": kind, "attrs": attrs, "content": list(content)}

    def item(*texts):
        return node("listItem", node("paragraph", *texts))

    return node(
        "doc",
        node("heading", text("What we collect"), level=2),
        node(
            "paragraph",
            text("We collect "),
            text("your name", {"type": "bold"}),
            text(" and "),
            text("cookies", {"type": "link", "attrs": {"href": LINK}}),
            text("."),
        ),
        node(
            "bulletList",
            item(text("your "), text("address", {"type": "italic"}), text(",")),
            item(text("your orders.")),
        ),
        node("heading", text("Storage"), level=3),
        node("orderedList", item(text("Ten years.")), item(text("Then never again."))),
    )


def slate():
    return [
        {"type": "heading-two", "children": [{"text": "What we collect"}]},
        {
            "type": "paragraph",
            "children": [
                {"text": "We collect "},
                {"text": "your name", "bold": True},
                {"text": " and "},
                {"type": "link", "url": LINK, "children": [{"text": "cookies"}]},
                {"text": "."},
            ],
        },
        {
            "type": "bulleted-list",
            "children": [
                {
                    "type": "list-item",
                    "children": [{"text": "your "}, {"text": "address", "italic": True}, {"text": ","}],
                },
                {"type": "list-item", "children": [{"text": "your orders."}]},
            ],
        },
        {"type": "heading", "level": 3, "children": [{"text": "Storage"}]},
        {
            "type": "list",
            "format": "ordered",
            "children": [
                {"type": "list-item", "children": [{"text": "Ten years."}]},
                {"type": "list-item", "children": [{"text": "Then never again."}]},
            ],
        },
    ]


def element_tree():
    def node(tag, *children, **properties):
        return {"type": "element", "tagName": tag, "properties": properties, "children": list(children)}

    def text(value):
        return {"type": "text", "value": value}

    return {
        "type": "root",
        "children": [
            node("h2", text("What we collect")),
            text("\n"),
            node(
                "p",
                text("We collect "),
                node("strong", text("your name")),
                text(" and "),
                node("a", text("cookies"), href=LINK),
                text("."),
            ),
            node(
                "ul",
                node("li", text("your "), node("em", text("address")), text(",")),
                node("li", text("your orders.")),
            ),
            node("h3", text("Storage")),
            node("ol", node("li", text("Ten years.")), node("li", text("Then never again."))),
        ],
    }


MARKDOWN = """## What we collect

We collect **your name** and [cookies](/cookies).

- your *address*,
- your orders.

### Storage

1. Ten years.
2. Then never again.
"""
HTML = """<h2>What we collect</h2><p>We collect <b>your name</b> and <a href="/cookies">cookies</a>.</p><ul>
<li>your <i>address</i>,</li><li>your orders.</li></ul><h3>Storage</h3><ol><li>Ten years.</li>
<li>Then never again.</li></ol>"""


@pytest.mark.parametrize(
    "value",
    [
        contentful(),
        portable_text(),
        lexical(),
        prosemirror(),
        slate(),
        element_tree(),
        {"markdown": MARKDOWN},
        {"body": HTML},
        {"html": HTML.replace("<", "&lt;").replace(">", "&gt;")},
    ],
    ids=["contentful", "portable text", "lexical", "prosemirror", "slate", "element tree", "markdown", "html",
         "escaped html"],
)  # fmt: skip
def test_every_format_becomes_the_same_text(value):
    assert markdown(value) == TEXT


@pytest.mark.parametrize(
    "value",
    [
        {
            "blocks": [
                {"type": "header", "data": {"text": "Storage", "level": 3}},
                {"type": "paragraph", "data": {"text": "For <b>ten</b> years."}},
                {"type": "list", "data": {"style": "unordered", "items": ["names", "addresses"]}},
            ]
        },
        {
            "blocks": [
                {"key": "1", "type": "header-three", "text": "Storage", "depth": 0},
                {"key": "2", "type": "unstyled", "text": "For <b>ten</b> years.", "depth": 0},
                {"key": "3", "type": "unordered-list-item", "text": "names", "depth": 0},
                {"key": "4", "type": "unordered-list-item", "text": "addresses", "depth": 0},
            ],
            "entityMap": {},
        },
        [
            {"type": "heading3", "text": "Storage", "spans": []},
            {"type": "paragraph", "text": "For <b>ten</b> years.", "spans": []},
            {"type": "list-item", "text": "names", "spans": []},
            {"type": "list-item", "text": "addresses", "spans": []},
        ],
    ],
    ids=["editor.js", "draft.js", "prismic"],
)
def test_formats_of_flat_blocks(value):
    assert markdown(value) == "### Storage\n\nFor **ten** years.\n\n  * names\n  * addresses"


def test_lists_in_lists_struck_text_tables_and_lines():
    bullet = {"_type": "block", "listItem": "bullet"}
    value = [
        bullet | {"level": 1, "children": [{"_type": "span", "text": "one"}]},
        bullet | {"level": 2, "children": [{"_type": "span", "text": "two"}]},
        {"type": "p", "children": [{"text": "Kept "}, {"text": "not ", "strike": True}, {"text": "long"}]},
        {
            "nodeType": "table",
            "content": [
                {"nodeType": "table-row", "content": [
                    {"nodeType": "table-header-cell", "content": [{"nodeType": "text", "value": "Cookie"}]},
                    {"nodeType": "table-header-cell", "content": [{"nodeType": "text", "value": "Time"}]}]},
                {"nodeType": "table-row", "content": [
                    {"nodeType": "table-cell", "content": [{"nodeType": "text", "value": "basket"}]},
                    {"nodeType": "table-cell", "content": [{"nodeType": "text", "value": "30 days"}]}]},
            ],
        },
        {"nodeType": "paragraph", "content": [{"nodeType": "text", "value": "Mill Lane 4\nHarrow"}]},
    ]  # fmt: skip
    assert markdown(value) == (
        "  * one\n    * two\n\nKept long\n\n| Cookie | Time |\n| --- | --- |\n| basket | 30 days |\n\n"
        "Mill Lane 4  \nHarrow"
    )


def test_titles_of_plain_objects_are_headings_and_technical_values_are_no_text():
    value = {
        "id": "63 ab",
        "slug": "privacy policy",
        "publishedAt": "12 May 2020 at noon",
        "title": "Privacy policy",
        "image": {"alt": "a lamp on a desk"},
        "className": "text large dark",
        "seo": {"title": "Privacy and us", "description": "What we do with data"},
        "isOpen": True,
        "order": 3,
        "sections": [
            {"headline": "Sharing", "text": "We share nothing.", "variant": "wide"},
            {"headline": "Storage", "text": "Ten years.\nNot longer.", "anchor": "storage"},
        ],
    }
    assert markdown(value) == (
        "## Privacy policy\n\n### Sharing\n\nWe share nothing.\n\n### Storage\n\nTen years.\n\nNot longer."
    )


def test_json_within_a_string_is_read():
    sentences = [f"Sentence number {number} is here." for number in range(6)]
    paragraphs = [{"type": "paragraph", "content": [{"type": "text", "text": text}]} for text in sentences]
    assert markdown({"content": json.dumps({"type": "doc", "content": paragraphs})}) == "\n\n".join(sentences)


def test_values_without_text_and_deep_values_are_empty():
    deep: object = "We share nothing."
    for _ in range(900):
        deep = [deep]
    values: list[object] = [None, 3, True, "", [], {}, {"id": "a b"}, deep]
    assert [rich_text.html(value) for value in values] == [""] * 8


def test_a_list_of_short_strings_that_is_named_as_one():
    assert rich_text.html({"heading": "We collect", "items": ["your <name>", "your <b>address</b>"]}) == (
        "<h2>We collect</h2><ul><li>your &lt;name&gt;</li><li>your <b>address</b></li></ul>"
    )
    assert rich_text.html({"paragraphs": ["It is one.", "It is two."]}) == (
        "<p>It is one.</p><p>It is two.</p>"
    )
