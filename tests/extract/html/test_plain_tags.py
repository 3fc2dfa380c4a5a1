import pytest

from extract.html import page
from extract.markdown import writer

URL = "https://www.shop.example/privacy"


def markdown(html):
    parsed = page.parse(f"<html><body><main>{html}</main></body></html>", URL)
    return str(writer.write(parsed, [parsed.root.find("body")]))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>We keep data for <del>30</del> <ins>60</ins> days.</p>", "We keep data for 60 days."),
        ("<p>We keep <s>all</s> nothing.</p>", "We keep nothing."),
        ("<p>We <strike>sell and </strike>lend no data.</p>", "We lend no data."),
        (
            '<p>For <span style="text-decoration:line-through">ten <b>long</b></span> two years.</p>',
            "For two years.",
        ),
        ('<p>For <span class="x line-through">ten</span> two years.</p>', "For two years."),
        ("<ul><li><s>our bank</s></li><li>our carrier</li></ul>", "  * our carrier"),
        (
            "<p>One</p><del><p>Two, two words more</p></del><p>Three, and some more text.</p>",
            "One\n\nThree, and some more text.",
        ),
        ('<p>For <span class="underline">ten</span> years.</p>', "For ten years."),
    ],
)
def test_struck_text_is_left_out(html, expected):
    assert markdown(html) == expected


def test_a_page_that_is_mostly_struck_keeps_its_text():
    assert markdown("<p>One.</p><s><p>Two, and all the rest.</p></s>") == "One.\n\nTwo, and all the rest."


ROWS = """
<div role="row">%s<span role="columnheader">Cookie</span><span role="columnheader">Purpose</span>%s</div>
<div role="row">%s<span role="cell">basket</span><span role="cell">Remembers the basket</span>%s</div>
"""
TABLE = "| Cookie | Purpose |\n| --- | --- |\n| basket | Remembers the basket |"


@pytest.mark.parametrize(
    "html",
    [
        f'<div role="table">{ROWS % ("", "", "", "")}</div>',
        f'<x-table role="grid"><div role="rowgroup">{ROWS % ("", "", "", "")}</div></x-table>',
        f'<div role="table"><div>{ROWS % ("<div>", "</div>", "<div><i>", "</i></div>")}</div></div>',
        f'<section role="treegrid">{ROWS.replace("span", "x-cell") % ("", "", "", "")}</section>',
    ],
)
def test_a_table_by_role_is_a_table(html):
    assert markdown(html) == TABLE


def test_a_table_by_role_with_other_text_becomes_blocks():
    rows = ROWS % ("", "", "", "")
    assert markdown(f'<div role="table">We use these cookies:{rows}</div>') == (
        "We use these cookies:\n\nCookie\n\nPurpose\n\nbasket\n\nRemembers the basket"
    )
    assert markdown(f'<div role="table">{rows}<div>And that is all.</div></div>') == (
        "Cookie\n\nPurpose\n\nbasket\n\nRemembers the basket\n\nAnd that is all."
    )


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            "<qf-section><qf-title>What we collect</qf-title><qf-text>Your name.</qf-text></qf-section>",
            "What we collect\n\nYour name.",
        ),
        ('<label for="a">Customers</label><label for="b">Jobs</label>', "Customers\n\nJobs"),
        (
            '<span style="display: block">Sharing</span><span style="display:block">We share.</span>',
            "Sharing\n\nWe share.",
        ),
        ('<div><strong style="DISPLAY:BLOCK">Sharing</strong>We share.</div>', "**Sharing**\n\nWe share."),
        (
            '<div><a style="display: flex" href="#a">Sharing</a><a style="display: flex">Storage</a></div>',
            "Sharing\n\nStorage",
        ),
        ("<div><span>Cookie</span><span>Purpose</span></div>", "Cookie Purpose"),
        ("<div><span>coo</span><span>kies</span></div>", "cookies"),
        ("<div>We use <span>e</span><span>Bay</span></div>", "We use eBay"),
        ("<p>A <x-term>cookie</x-term> is a small <x-term>file</x-term>.</p>", "A cookie is a small file."),
        ("<div>A <x-term>cookie</x-term> is a small file.</div>", "A cookie is a small file."),
        ("<p><x-a>We</x-a> <x-a>collect</x-a></p>", "We collect"),
        ("<h2><x-icon></x-icon><x-text>Cookies</x-text></h2>", "## Cookies"),
        ("<div><label>Write to</label> our office.</div>", "Write to our office."),
    ],
)
def test_custom_elements_and_labels_are_lines_unless_text_goes_on_around_them(html, expected):
    assert markdown(html) == expected


def test_the_name_of_a_custom_element_becomes_its_class():
    parsed = page.parse('<html><body><site-footer class="dark">Words</site-footer></body></html>', URL)
    assert [(element.tag, element.get("class")) for element in parsed.root.find("body")] == [
        ("div", "site-footer dark")
    ]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<map name=m><area href=a><p>We share.</p></map>", "We share."),
        ("<map name=m><p>We share.</p>", "We share."),
        ("<fieldset><legend>Sharing</legend>We share.</fieldset>", "Sharing\n\nWe share."),
    ],
)
def test_maps_and_frames_around_text_are_read(html, text):
    assert markdown(html) == text
