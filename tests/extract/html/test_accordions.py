import pytest

from extract.html import page
from extract.html.accordions import is_sign, opens_all, without_sign
from extract.markdown import writer

URL = "https://www.shop.example/privacy"


def markdown(html):
    parsed = page.parse(f"<html><body><main>{html}</main></body></html>", URL)
    return str(writer.write(parsed, [parsed.root.find("body")]))


@pytest.mark.parametrize(
    "html",
    [
        '<button aria-expanded="false" aria-controls="p"><h3>Do we sell data?</h3></button><p>No.</p>',
        '<button><h3>Do we sell data?</h3><span>+</span></button><div id="p"><p>No.</p></div>',
        "<details><summary><h3>Do we sell data?</h3><i>Expand</i></summary><p>No.</p></details>",
        '<h3><button aria-expanded="false">Do we sell data?<span>−</span></button></h3><p>No.</p>',
        '<h3><a role="button" aria-expanded="false" aria-controls="p">Do we sell data? ▼</a></h3><p>No.</p>',
        "<h3>Do we sell data?</h3><span>+</span><p>No.</p>",
        '<h3><button aria-expanded="true"><div>Do we sell data?</div><div>−</div></button></h3><p>No.</p>',
    ],
)
def test_a_heading_in_or_around_a_button_is_a_heading_without_its_sign(html):
    assert markdown(html) == "### Do we sell data?\n\nNo."


@pytest.mark.parametrize(
    "summary",
    [
        "Your rights",
        "Your rights +",
        "+ Your rights",
        "Your rights<b>+</b>",
        "<i>▸</i>Your rights",
        "Your rights [+]",
    ],
)
def test_a_summary_has_no_sign(summary):
    assert markdown(f"<details><summary>{summary}</summary><p>You may object.</p></details>") == (
        "## Your rights\n\nYou may object."
    )


def test_a_heading_that_opens_nothing_keeps_its_signs():
    assert markdown("<h2>Terms A – Z +</h2><p>Text</p>") == "## Terms A – Z +\n\nText"


def test_a_button_around_the_heading_of_a_menu_is_left_out():
    assert markdown("<button><h3>Menu</h3></button><button>Send</button><p>Text</p>") == "Text"


@pytest.mark.parametrize(
    "line",
    [
        "Expand all",
        "Collapse all",
        "Expand All | Collapse All",
        "Show all sections",
        "[Expand all]",
        "Alle ausklappen",
        "Tout afficher",
        "▼",
    ],
)
def test_a_line_that_opens_all_sections_is_left_out(line):
    assert opens_all(line)
    assert markdown(f"<p>{line}</p><p>Text</p>") == "Text"


@pytest.mark.parametrize("line", ["Expand all of our data", "We close all accounts.", "–", "all", "Show"])
def test_other_lines_stay(line):
    assert not opens_all(line)


def test_signs():
    assert all(map(is_sign, ["+", " ▼ ", "[-]", "Expand", "expand_more"]))
    assert not any(map(is_sign, ["C++", "5", "", "Expand this"]))
    assert without_sign("Google+") == "Google+"
    assert without_sign("- Sharing") == "Sharing"


ITEM = "<button{0}>Sharing</button><div><p>We share nothing with anyone.</p></div>"
ANSWER = "### Sharing\n\nWe share nothing with anyone."


@pytest.mark.parametrize(
    "html",
    [
        f"<div>{ITEM}</div>",
        f"<div>{ITEM.format(' type=button')}</div><div>{ITEM}</div>",
        f"{ITEM}{ITEM}",
        f"<p>Read on.</p>{ITEM}{ITEM}",
        f"<div>{ITEM.replace('Sharing', '<span><strong>Sharing</strong></span>')}</div>",
        f"<div>{ITEM.replace('Sharing', '<div>Sharing</div><div>+</div>')}</div>",
    ],
)
def test_a_plain_button_with_a_panel_is_a_heading(html):
    text = markdown(f"<h2>Data</h2>{html.replace('{0}', '')}")
    assert text.replace("Read on.\n\n", "").split("## Data\n\n")[1] in (ANSWER, f"{ANSWER}\n\n{ANSWER}")


@pytest.mark.parametrize(
    "html",
    [
        "<p>Set them.</p><button>Cookie settings</button><div><p>We share nothing with anyone.</p></div>",
        "<div><button>Read more</button><div><p>We share nothing with anyone.</p></div></div>",
        "<div><button type=submit>Send it</button><div><p>We share nothing with anyone.</p></div></div>",
        "<div><button>Subscribe</button> Now <div><p>We share nothing with anyone.</p></div></div>",
        "<div><button>Sharing of your data</button><div>Yes</div></div>",
    ],
)
def test_another_button_is_no_heading(html):
    assert "#" not in markdown(html)
