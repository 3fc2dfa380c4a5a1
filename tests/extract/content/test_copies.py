"""Pages that carry their text more than once give it once."""

import pytest

from extract import extract_policy

URL = "https://www.quillfern.example/privacy"
POLICY = (
    "<h1>Privacy Policy</h1><p>Effective Date: 2 May 2022</p><h2>Introduction</h2><p>Quillfern respects the"
    " privacy of its customers. This policy says which personal information we collect from you and with whom"
    " we share it.</p><h2>Information we collect</h2><p>We collect your name, your address, your e-mail"
    " address and your orders. We use cookies to count our visitors.</p><h2>Sharing</h2><p>We share personal"
    " information with the carrier and the payment company. We never sell it to third parties.</p>"
    "<h2>Texts</h2><p>If you give us your number we send you a message when the lamp leaves the shop.</p>"
)
SECTION = (
    "<h2>{}</h2><p>You may ask us for access to your personal data, for its correction and its deletion, and"
    " you may withdraw your consent to all cookies at any time by writing to us at our address.</p>"
)
EUROPE, AMERICA = SECTION.format("In Europe"), SECTION.format("In America")


def document(body):
    page = f"<html><head><title>Privacy</title></head><body>{body}</body></html>"
    return extract_policy(page.encode(), url=URL)


ONCE = document(f"<main>{POLICY}</main>")


@pytest.mark.parametrize(
    "page",
    [
        f"<div class='wide'><main>{POLICY}</main></div><main class='narrow'>{POLICY}</main>",
        f"<div class='visible-lg'>{POLICY}</div><div class='visible-xs'>{POLICY}</div>",
        f"<main>{POLICY}<div class='print-only'>{POLICY}</div></main>",
        f"<main>{POLICY}</main><div class='print-copy'><h2>Quillfern</h2>{POLICY}</div>",
        f"<main>{POLICY}</main><section>{POLICY}</section><section>{POLICY}</section>",
        f"<div><div>{POLICY}</div></div><div><article>{POLICY}</article></div>",
        f"<main>{POLICY}{POLICY}</main>",
        f"<main>{POLICY}</main><div>{POLICY.replace('<h1>Privacy Policy</h1>', '')}</div>",
    ],
)
def test_a_second_copy_is_left_out(page):
    found = document(page)
    assert (found.body, found.words, found.completeness) == (ONCE.body, ONCE.words, 1.0)


def test_a_fragment_with_two_copies_has_one():
    lines = [
        "We collect your name and your e-mail address when you order, and never sell personal information.",
        "We share it with the service providers who bring the lamp to you, and with no other third parties.",
        "You may withdraw your consent to cookies and to our use of personal data at any time by letter.",
        "We retain your orders for seven years, and we disclose them to the tax office whenever it asks.",
    ]
    once, twice = ("\n".join(lines * times).encode() for times in (1, 2))
    assert extract_policy(twice, url=URL).body == extract_policy(once, url=URL).body


@pytest.mark.parametrize(
    "page",
    [
        f"<main>{POLICY}{SECTION.format('For customers')}{SECTION.format('For applicants')}</main>",
        f"<main>{POLICY}<div>{EUROPE}</div><div>{AMERICA}</div></main>",
    ],
)
def test_a_section_that_is_repeated_stays(page):
    assert document(page).body.count("You may ask us for access") == 2


def test_a_copy_with_other_words_is_no_copy():
    other = POLICY.replace("never sell it to", "may sell it to").replace("your number", "your address")
    other = other.replace("We use cookies to count our visitors.", "We use no cookies.")
    assert document(f"<main>{POLICY}</main><main>{other}</main>").body.count("## Sharing") == 2


MORE = "<h2>Children</h2><p>We never knowingly ask children for their names or their birthdays.</p>"


def test_of_two_copies_the_one_with_more_sentences_stays():
    whole = document(f"<main>{POLICY}{MORE}</main>").body
    assert document(f"<div class='wide'>{POLICY}</div><div class='narrow'>{POLICY}{MORE}</div>").body == whole
    assert document(f"<div class='wide'>{POLICY}{MORE}</div><div class='narrow'>{POLICY}</div>").body == whole


def test_if_both_copies_have_sentences_of_their_own_all_of_them_stay():
    other = "<h2>Letters</h2><p>We answer every letter by hand, and within a week of its arrival.</p>"
    text = document(f"<main><div>{POLICY}{MORE}</div><div>{POLICY}{other}</div></main>").body
    assert text.count("We never sell it") == text.count("for their names") == text.count("by hand") == 1


def test_the_same_sentence_in_other_words_is_no_sentence_of_its_own():
    narrow = POLICY.replace("If you give us your number we send", "If you type your number we send")
    assert document(f"<div class='wide'>{POLICY}</div><div class='narrow'>{narrow}</div>").body == ONCE.body


PIECES = [f"<h2>{piece}" for piece in POLICY.split("<h2>")[1:]]


@pytest.mark.parametrize(
    "twins", ["<div class='wide'>{0}</div><div class='narrow'>{0}</div>", "<section>{0}</section>" * 2]
)
def test_sections_that_are_there_twice_in_a_row_are_read_once(twins):
    head = POLICY.split("<h2>", maxsplit=1)[0]
    page = "".join(map(twins.format, PIECES))
    assert document(f"<main>{head}{page}</main>").body == ONCE.body


def test_sections_with_other_words_and_lines_that_repeat_stay():
    boxes = "<div><h3>Address</h3><p>Oakford</p></div>" * 2
    rows = "<table border=1><tr><th>Why</th><th>Data</th></tr>" + "<tr><td>Sale</td><td>Name</td></tr>" * 2
    text = document(f"<main>{POLICY}{EUROPE}{AMERICA}{boxes}{rows}</table></main>").body
    assert text.count("### Address") == 2
    assert text.count("| Sale | Name |") == 2
    assert "In Europe" in text
    assert "In America" in text
