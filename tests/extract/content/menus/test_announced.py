"""Lists of links at the end of a text that a line of it announces."""

import pytest

from extract import extract_policy
from tests.extract.content.test_beside import TEXT

LINK = "<a href='https://{0}.example/x'>{0}</a>"
LINKS = f"<ul><li>{LINK.format('alpha')}</li><li>{LINK.format('beta')}</li></ul>"
SHAPES = {
    "ul": "<ul><li>{}</li><li>{}</li></ul>",
    "ol": "<ol><li>{}</li><li>{}</li></ol>",
    "paragraphs": "<p>{}</p><p>{}</p>",
    "boxes": "<div>{}</div><div>{}</div>",
    "table": "<table><tr><td>{}</td></tr><tr><td>{}</td></tr></table>",
    "terms": "<dl><dt>{}</dt><dt>{}</dt></dl>",
}


def text_of(body):
    page = f"<html><head><title>Privacy Policy</title></head><body><main>{body}</main></body></html>"
    return extract_policy(page.encode(), url="https://www.quillfern.example/privacy").body


@pytest.mark.parametrize("links", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize(
    "line",
    [
        "<h2>Partners</h2>",
        "<h2>Auftragsverarbeiter</h2>",
        "<p><strong>Our partners</strong></p>",
        "<p>They are:</p>",
        "<h2>Partners</h2><p>They are:</p>",
        "<p>The companies that bring your lamps are listed here.</p>",
    ],
)
@pytest.mark.parametrize(
    "frame", ["{0}{1}", "<div>{0}</div>{1}", "{0}<div>{1}</div>"], ids=["within", "after", "box"]
)
def test_links_of_any_shape_below_a_line_that_announces_them_stay(links, line, frame):
    listed = links.format(LINK.format("alpha"), LINK.format("beta"))
    page = text_of(f"<h1>Privacy Policy</h1>{frame.format(TEXT, line + listed)}")
    assert "alpha.example" in page
    assert "beta.example" in page


@pytest.mark.parametrize(
    "menu",
    [
        "<p><b>Customer service</b></p>{}",
        "<p>Follow us:</p>{}",
        "<div><h3>Kundendienst</h3>{}</div>",
        "<div><p>Share this:</p>{}</div>",
        "<p>Thank you for your visit, and for the time you took.</p>{}",
    ],
)
def test_links_below_another_line_go(menu):
    page = text_of(f"<h1>Privacy Policy</h1>{TEXT}{menu.format(LINKS)}")
    assert "alpha" not in page
