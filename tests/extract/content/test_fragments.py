"""The edges of a text in a fragment, a page without structure."""

import pytest

from extract import extract_policy

URL = "https://www.quillfern.example/privacy"


def fragment(*lines):
    return extract_policy("\n".join(lines).encode(), url=URL).body


SENTENCES = (
    "We collect your name and your e-mail address when you order, and we never sell personal information.",
    "We share it with the service providers who bring the lamp to you, and with no other third parties.",
)


def test_in_a_fragment_a_colon_announces_an_address_and_its_alternative():
    letter = "Please address any questions concerning our Privacy Policy by writing to:"
    first = "Quillfern Lamps Limited Attention: Chief Privacy Officer 4 Mill Lane 2nd Floor Oakford, New York"
    second = "Quillfern SARL 8 Chemin des Tilleuls 1214 Vernier Switzerland"
    text = fragment(*SENTENCES, letter, first, "or", second, "Back to Top", "Home | Stores | Help")
    assert text.endswith(f"{letter}\n\n{first}\n\nor\n\n{second}")
    assert fragment(*SENTENCES, letter, "Back to Top", "Home | Stores | Help").endswith(letter)
    lines = ("4 Mill Lane", "Oakford, NY 10022")
    menu = ("Customer Care", "Careers", "Find a Shop", "Site Map")
    assert fragment(*SENTENCES, letter, "Quillfern Ltd.", *lines, *menu).endswith("\n\n".join(lines))
    assert fragment(*SENTENCES, "Quillfern Brass Lamps Of Oakford And Of Vernier").endswith(SENTENCES[-1])


@pytest.mark.parametrize(
    "line",
    ["5/1/2012", "REV: 06/21/2012", "May 1, 2012", "We mean every word.", "25. Mai 2012", "2012年5月1日"],
)
def test_in_a_fragment_a_bare_date_or_a_short_sentence_ends_the_text(line):
    assert fragment(*SENTENCES, line, "Customer Service", "Order Status").endswith(
        f"\n\n{line}".replace("25.", "25\\.")
    )


@pytest.mark.parametrize(
    "line",
    [
        "Order Status",
        "Sign up for our weekly letters.",
        "Free Returns All Week.",
        "Find a store near you",
        "© 2012 Quillfern.",
        "in.",
        "* Only for those who order lamps twice.",
    ],
)
def test_in_a_fragment_other_short_lines_do_not(line):
    assert fragment(*SENTENCES, line, "Careers").endswith(SENTENCES[-1])


def test_in_a_fragment_a_list_of_dates_with_sentences_goes_on():
    history = (
        "Sep 2005",
        "Added Quillfern Oak Lamps as a member of the group.",
        "Oct 2004",
        "We moved the shop to Oakford.",
    )
    assert fragment(*SENTENCES, *history, "Careers", "Our Shops").endswith("\n\n".join(history))


def test_in_a_fragment_a_command_does_not_end_the_text():
    more = ("Your rights in Vernier", "The law of Vernier lets everyone who lives there ask us once a year.")
    text = fragment(*SENTENCES, "Back to Top", *more, "Careers", "Our Shops")
    assert text.endswith("\n\n".join([SENTENCES[-1], *more]))


def test_in_a_fragment_the_first_sentences_below_the_title_stay():
    opening = (
        "Quillfern Privacy Policy",
        "Whether you read in our shop or order a lamp from your chair at home, we work together with you.",
        "Without you, we would not exist.",
    )
    menu = ("Lamps", "My Account", "Shades")
    assert fragment(*menu, *opening, *SENTENCES) == "\n\n".join([*opening, *SENTENCES])
    assert fragment(*menu, *opening[2:], *SENTENCES) == "\n\n".join(SENTENCES)


def test_in_a_fragment_a_summary_below_the_title_stays():
    summary = (
        "Privacy Policy Highlights",
        "Name and contact information",
        "Technical information about your browser and device",
        "Key ways we use your information",
        "Fulfill your order and answer your letters",
        "Send you offers",
        "Improve your shopping experience",
        "Other shops of the family",
        "Carriers and banks",
    )
    menu = ("Lamps", "My Account", "Shades")
    assert fragment(*menu, *summary, *SENTENCES) == "\n\n".join([*summary, *SENTENCES])
    titles = (
        "Privacy Policy",
        "Order Status",
        "Gift Cards",
        "Track Your Order",
        "Contact Us",
        "Size Charts",
        "Our Shops",
        "Help",
    )
    assert fragment(*titles, *SENTENCES) == "\n\n".join(SENTENCES)


def test_in_a_fragment_a_list_of_sections_does_not_end_the_text():
    sections = (
        "Please see these links: Privacy Overview Information We Collect Personal Information Cookies Consent"
        " Service Providers Third Parties Opt Out Your Choices Security of Information Privacy Questions"
    )
    last = "If you have any other questions about our use of personal information, please write to us."
    text = fragment(*SENTENCES, *SENTENCES, f"{sections} {sections} {sections}", "It is about lamps.", last)
    assert text.endswith(last)
    menu = " ".join(["Lamps Shades Bulbs Wires Help Stores Careers Returns Checkout"] * 13)
    assert not fragment(*SENTENCES, *SENTENCES, f"{menu} Privacy", last, menu).endswith(last)
