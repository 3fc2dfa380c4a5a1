"""What stands beside a text: sentences that continue it, and notices and menus."""

import pytest

from extract import extract_policy

URL = "https://www.quillfern.example/privacy"
TEXT = (
    "<p>This privacy policy explains how Quillfern Lamps collects, uses and discloses the personal"
    " information that you give us when you visit our shop or place an order.</p><h2>What we collect</h2>"
    "<p>We collect your name, your postal address, your e-mail address and your telephone number when you"
    " place an order. We also collect your IP address.</p><h2>Who sees it</h2><p>We share your information"
    " with carriers and with service providers who process your personal data for us. We never sell it to"
    " third parties.</p><h2>Your rights</h2><p>You may ask us to correct or erase your personal data, and"
    " you may withdraw your consent at any time by writing to us.</p>"
)
WHO = "This is the web site of Quillfern Lamps Limited, of Mill Lane 4, Oakford."
PROMISE = "We never lend our list of customers to anyone else at all."
LINKS = "<ul><li><a href='https://a.example/x'>Alpha Parcels</a></li><li><a href='https://b.example/x'>Beta</a></ul>"


def text_of(body):
    page = f"<html><head><title>Privacy Policy</title></head><body>{body}</body></html>"
    return extract_policy(page.encode(), url=URL).body


@pytest.mark.parametrize(
    "box",
    [
        "<section><p>{}</p></section>",
        "<div class='end'><p>{}</p></div>",
        "<div><div><p>{}</p></div></div>",
        "<div>{}</div>",
        "<p>{}</p>",
        "<div role='tabpanel'><p>{}</p></div>",
    ],
)
@pytest.mark.parametrize(
    "frame", ["<main>{}</main>", "<article>{}</article>", "<div class='page'>{}</div>", "{}"]
)
def test_a_last_sentence_in_a_box_stays(box, frame):
    after = text_of(frame.format(f"<h1>Privacy Policy</h1><div>{TEXT}</div>{box.format(PROMISE)}"))
    within = text_of(frame.format(f"<h1>Privacy Policy</h1>{TEXT}{box.format(PROMISE)}"))
    assert after.endswith(PROMISE)
    assert within.endswith(PROMISE)


@pytest.mark.parametrize("title", ["<h1>Privacy Policy</h1>", "<p><b>Our privacy policy</b></p>"])
def test_a_first_sentence_in_a_box_below_the_title_stays(title):
    box = f"<div class='box'><p>{WHO}</p><p>PO Box 7</p></div>"
    assert WHO in text_of(f"<main>{title}{box}{TEXT}</main>")
    assert WHO in text_of(f"<main>{title}{box}<div>{TEXT}</div></main>")
    assert WHO not in text_of(f"<main>{box}{title}{TEXT}</main>")


def test_a_heading_with_sentences_after_the_text_stays():
    page = text_of(f"<main><h1>Privacy</h1><div>{TEXT}</div><h2>Our promise</h2><p>{PROMISE}</p></main>")
    assert page.endswith(f"## Our promise\n\n{PROMISE}")


@pytest.mark.parametrize(
    "notice",
    [
        "<aside><p>{}</p></aside>",
        "<div class='newsletter'><p>{}</p></div>",
        "<div role='dialog'><p>{}</p></div>",
        "<div><p>{}</p><button>Subscribe</button></div>",
        "<div><p>{} <a href='/new'>Read more of our new and better lamps</a></p></div>",
        "<div><p>Free shipping on all orders this week. {}</p></div>",
        "<div><p>© 2020 Quillfern Lamps. {}</p></div>",
        "<table><tr><td><p>{}</p></td></tr></table>",
        "<section><h2>Our shops</h2><p>{}</p></section>",
    ],
)
def test_a_box_with_a_sign_of_a_notice_goes(notice):
    page = text_of(f"<main><h1>Privacy Policy</h1><div>{TEXT}</div>{notice.format(PROMISE)}</main>")
    assert page.endswith("by writing to us.")


@pytest.mark.parametrize("hidden", ["id='thanks'", "style='display:none'", "hidden", "aria-hidden='true'"])
def test_in_the_body_only_plain_boxes_continue_the_text(hidden):
    page = text_of(f"<h1>Privacy Policy</h1><div>{TEXT}</div><div {hidden}><p>{PROMISE}</p></div>")
    assert page.endswith("by writing to us.")


@pytest.mark.parametrize(
    "announced",
    [
        "<h2>Our partners and their privacy policies</h2>{}",
        "<h2>Companies that receive orders</h2>{}",
        "<p>We share your information with these companies, whose policies are here:</p>{}",
        "<p>We share your information with these companies:</p><div>{}</div>",
        "<div><h2>Who receives your personal data</h2>{}</div>",
    ],
)
def test_a_list_of_links_that_is_announced_stays(announced):
    page = text_of(f"<main><h1>Privacy Policy</h1>{TEXT}{announced.format(LINKS)}</main>")
    assert page.endswith("  * [Alpha Parcels](https://a.example/x)\n  * [Beta](https://b.example/x)")


@pytest.mark.parametrize(
    "menu",
    [
        LINKS,
        f"<h3>You may also like</h3>{LINKS}",
        f"<h3>Quick links</h3>{LINKS}",
        f"<div><h3>Our shops</h3>{LINKS}</div>",
        f"<div>{LINKS}</div>",
    ],
)
def test_a_list_of_links_without_announcement_goes(menu):
    page = text_of(f"<main><h1>Privacy Policy</h1>{TEXT}{menu}</main>")
    assert "Alpha Parcels" not in page


@pytest.mark.parametrize(
    "section",
    [
        "<section><h2>Contact</h2><p>{}</p></section>",
        "<div><h3>One more thing</h3><div><p>{}</p></div></div>",
        "<section><h2>Contact</h2><p>Ask Ann Reed.</p><p>{}</p></section>",
    ],
)
def test_in_main_a_section_after_the_text_stays(section):
    box = section.format(PROMISE)
    assert text_of(f"<main><h1>Privacy Policy</h1><div>{TEXT}</div>{box}</main>").endswith(PROMISE)
    outside = text_of(f"<div class='page'><h1>Privacy Policy</h1><div>{TEXT}</div>{box}</div>")
    assert outside.endswith("by writing to us.")


@pytest.mark.parametrize(
    "section",
    [
        "<section><h2>Related articles</h2><p>{}</p></section>",
        "<section><h2>Need help?</h2><p>{}</p></section>",
        "<section><h2>Contact</h2><p>{}</p><button>Write to us</button></section>",
        "<section><h2>Contact</h2><p>{} <a href='/a'>Ask our friendly staff in the shop</a></p></section>",
    ],
)
def test_in_main_a_section_with_a_sign_of_a_notice_goes(section):
    page = text_of(f"<main><h1>Privacy Policy</h1><div>{TEXT}</div>{section.format(PROMISE)}</main>")
    assert page.endswith("by writing to us.")


NUMBERED = ["5 May 2020", "Version 3.1", "Telephone 0000 000000", "E-mail: ann@quillfern.example", "QL-PP-07"]


@pytest.mark.parametrize("line", [*NUMBERED, "Ann Reed, Director", "We mean it."])
@pytest.mark.parametrize("box", ["<p>{}</p>", "<div><p>{}</p></div>", "<address>{}</address>"])
def test_a_short_line_after_the_text_stays(line, box):
    page = f"<h1>Privacy Policy</h1><div>{TEXT}</div>{box.format(line)}"
    assert text_of(f"<main>{page}</main>").endswith(f"\n\n{line}")
    if line in NUMBERED:
        assert text_of(f"<div class='page'>{page}</div>").endswith(f"\n\n{line}")


@pytest.mark.parametrize(
    "line",
    [
        "<p>Was this helpful?</p>",
        "<p>Back to top</p>",
        "<p>Share this page:</p>",
        "<p>© 2020 Quillfern</p>",
        "<p><a href='/a'>Returns</a></p>",
        "<div>Sign up now <input></div>",
    ],
)
def test_a_short_line_with_a_sign_of_a_notice_goes(line):
    page = text_of(f"<main><h1>Privacy Policy</h1><div>{TEXT}</div>{line}<p>5 May 2020</p></main>")
    assert page.endswith("by writing to us.")


def test_a_link_to_write_or_call_is_no_menu():
    contact = "<p><a href='mailto:ann@quillfern.example'>ann@quillfern.example</a></p>"
    page = text_of(f"<main><h1>Privacy Policy</h1><div>{TEXT}</div>{contact}</main>")
    assert page.endswith("[ann@quillfern.example](mailto:ann@quillfern.example)")


@pytest.mark.parametrize(
    "item",
    [
        "<div><button>{0}</button><div hidden><p>{1}</p></div></div>",
        "<div><h3><button aria-expanded='false'>{0}</button></h3><div><p>{1}</p></div></div>",
    ],
)
def test_the_last_answers_of_an_accordion_stay(item):
    more = "We answer every letter within a week, and we answer by hand."
    items = item.format("Do you lend it?", PROMISE) + item.format("When do you answer?", more)
    page = text_of(f"<main><h1>Privacy Policy</h1>{TEXT}{items}</main>")
    assert PROMISE in page
    assert page.endswith(more)
