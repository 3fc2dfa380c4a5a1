import pytest
from lxml import html

from extract import extract_policy
from extract.content.documents.tabs import other_documents

TERMS = (
    "<h2>1. Orders</h2><p>"
    + "The order is made when we confirm it by e-mail, and the lamp is yours then. " * 9
)
PRIVACY_SECTION = (
    "</p><h2>8. Privacy</h2><p>"
    + "We collect your personal information and never share it with third parties. " * 9
)
POLICY = (
    "<h2>1. What we collect</h2><p>We collect your name, your e-mail address and your IP address.</p>"
    "<h2>2. Sharing</h2><p>We share personal information with service providers and never sell it to third"
    " parties.</p><h2>3. Cookies</h2><p>You may withdraw your consent to cookies at any time.</p>"
)
TABS = (
    "<nav><button>Terms of sale</button><button>Workshop terms</button><button>Privacy policy</button></nav>"
)
PANELS = (
    f'<div class="tab active">{TERMS}{PRIVACY_SECTION}</p></div>'
    f'<div class="tab">{TERMS}</p></div><div class="tab">{POLICY}</div>'
)


def panels_left_out(body):
    return len(other_documents(html.document_fromstring(f"<html><body>{body}</body></html>")))


@pytest.mark.parametrize(
    "tabs",
    [
        TABS,
        "<ul><li><a href='#'>Terms of sale</a></li><li><a href='#'>Workshop terms</a></li>"
        "<li><a href='javascript:show(3)'>Privacy policy</a></li></ul>",
        "<ul><li>Terms of sale</li><li>Workshop terms</li><li>Privacy policy</li></ul>",
        "<select><option>Terms of sale<option>Workshop terms<option>Privacy policy</select>",
        "<div class='tab-title'>Terms of sale</div><div class='tab-title'>Workshop terms</div>"
        "<div class='tab-title'>Privacy policy</div>",
        "<p><span for='a'>Terms of sale</span><span for='b'>Workshop terms</span>"
        "<span for='c'>Privacy policy</span></p>",
    ],
)
def test_panels_belong_to_tabs_in_their_order(tabs):
    assert panels_left_out(f"{tabs}<main>{PANELS}</main>") == 2


def test_panels_can_have_no_class_if_nothing_beside_them_has_one():
    panels = PANELS.replace(' class="tab active"', "").replace(' class="tab"', "")
    assert panels_left_out(f"{TABS}<main>{panels}</main>") == 2
    assert panels_left_out(f"{TABS}<main>{panels}<div class='x'>{TERMS}</p></div></main>") == 0
    assert panels_left_out(f"{TABS}<main>{panels}<div>{TERMS}</p></div></main>") == 0


def test_radio_buttons_can_be_tabs():
    names = ("Terms of sale", "Workshop terms", "Privacy policy")
    tabs = "".join(
        f"<input type=radio name=t id={n}><label for={n}>{name}</label>" for n, name in enumerate(names)
    )
    page = f"<html><title>Legal terms</title><body><main>{tabs}{PANELS}</main></body></html>"
    document = extract_policy(page.encode(), url="https://www.quillfern.example/legal")
    assert "The order is made" not in document.body
    assert "We collect your name" in document.body


def test_tabs_can_name_their_panels():
    tabs = "".join(
        f"<button aria-controls='{name}'>{label}</button>"
        for name, label in (("a", "Privacy policy"), ("b", "Terms of sale"))
    )
    page = f"<div>{tabs}</div><section><div id='b'>{TERMS}</p></div></section><div id='a'>{POLICY}</div>"
    assert panels_left_out(page) == 1


@pytest.mark.parametrize("tag", ["div", "span", "a", "button"])
def test_tabs_can_have_a_role_only(tag):
    tabs = "".join(
        f"<{tag} role='tab' aria-controls='{name}'>{label}</{tag}>"
        for name, label in (("a", "Terms of sale"), ("b", "Privacy policy"))
    )
    panels = f"<div role='tabpanel' id='a'>{TERMS}</p></div><div role='tabpanel' id='b'>{POLICY}</div>"
    assert panels_left_out(f"<div role='tablist'>{tabs}</div>{panels}") == 1


def test_folded_documents_are_tabs():
    inner = f"<details><summary>8. Privacy</summary>{TERMS}</p></details>"
    page = (
        f"<details><summary>Terms of Use</summary>{TERMS}</p>{inner}</details>"
        f"<details><summary>Privacy Policy</summary>{POLICY}</details>"
    )
    assert panels_left_out(f"<main>{page}</main>") == 1
    assert panels_left_out(f"<main>{page}{inner}</main>") == 0


@pytest.mark.parametrize(
    "body",
    [
        f"{TABS}<main>{PANELS}<div class='tab'>{TERMS}</p></div></main>",  # one panel too many
        f"{TABS}<main>{PANELS}</main><main>{PANELS}</main>",
        f"{TABS.replace('Workshop terms', 'Contact')}<main>{PANELS}</main>",
        f"{TABS.replace('Terms of sale', 'Security').replace('Workshop terms', 'Disclaimer')}{PANELS}",
        f"{TABS.replace('Privacy policy', 'Returns policy')}<main>{PANELS}</main>",
        f"{TABS.replace('<button', '<a href=/x').replace('/button', '/a')}<main>{PANELS}</main>",
        f"{TABS.replace('button', 'span')}<main>{PANELS}</main>",
        PANELS,
        "",
    ],
)
def test_when_unsure_no_panel_is_left_out(body):
    assert panels_left_out(body) == 0


def test_the_text_is_the_policy_of_the_third_tab():
    page = f"<html><title>Legal terms</title><body>{TABS}<main>{PANELS}</main></body></html>"
    document = extract_policy(page.encode(), url="https://www.quillfern.example/legal")
    assert [line for line in document.body.split("\n") if line.startswith("#")] == [
        "## 1\\. What we collect",
        "## 2\\. Sharing",
        "## 3\\. Cookies",
    ]
    assert document.verdict == "policy"
    assert "the privacy part of a page of several documents" in document.reason
