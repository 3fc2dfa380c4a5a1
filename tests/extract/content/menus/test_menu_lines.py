"""Lines of a fragment that begin with a menu and end with the title and first sentence of the policy."""

import pytest

from extract import extract_policy

URL = "https://www.quillfern.example/privacy"


def fragment(*lines):
    return extract_policy("\n".join(lines).encode(), url=URL).body


SENTENCES = (
    "We collect your name and your e-mail address when you order, and we never sell personal information.",
    "We share it with the service providers who bring the lamp to you, and with no other third parties.",
)


MENU = " ".join(
    f"{kind} Lamps {kind} Shades View All" for kind in ("Brass", "Oak", "Glass", "Steel", "Linen")
)


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (
            "> Privacy Policy Privacy Policy Effective Date: May 1, 2011 Quillfern values all of us.",
            "Privacy Policy Effective Date: May 1, 2011 Quillfern values all of us.",
        ),
        (
            "Privacy Statement This Privacy Policy explains how we use the names of our visitors.",
            "Privacy Statement This Privacy Policy explains how we use the names of our visitors.",
        ),
        (
            "Careers QUILLFERN & SON PRIVACY POLICY We use the names of our visitors to answer letters.",
            "QUILLFERN & SON PRIVACY POLICY We use the names of our visitors to answer letters.",
        ),
        (
            "Stores Last Updated: June 23, 2011 Quillfern values the visitors of its site and of its shop.",
            "Last Updated: June 23, 2011 Quillfern values the visitors of its site and of its shop.",
        ),
        (
            "Stores Privacy Statement This privacy policy explains how we use the names of our visitors.",
            "Privacy Statement This privacy policy explains how we use the names of our visitors.",
        ),
    ],
)
def test_in_a_fragment_the_first_sentence_can_be_on_the_line_of_the_menu(line, kept):
    assert fragment(f"{MENU} {line}", *SENTENCES) == "\n\n".join([kept, *SENTENCES])


def test_a_menu_without_a_sentence_is_not_divided():
    assert fragment(f"{MENU} Privacy Policy Returns Contact", *SENTENCES) == "\n\n".join(SENTENCES)


@pytest.mark.parametrize(
    "menu",
    [
        "Home | Lamps | Gift cards | Stores |",
        "Home > Customer Service >",
        "Skip to content Lamps My account",
        f"{MENU} Our workshop View all Gift cards",
        "Reading lamps Table lamps Floor lamps Wall lamps Shades Bulbs Cables Gift cards Your account",
    ],
)
def test_a_short_menu_or_one_in_lower_case_is_divided_too(menu):
    first = "Privacy Policy Quillfern values the visitors of its site and of its shop."
    text = fragment(f"{menu} Stores {first}", *SENTENCES)
    assert text == "\n\n".join([first, *SENTENCES])


@pytest.mark.parametrize(
    "line",
    [
        "Quillfern Lamps Limited Privacy Policy We use the names of our visitors to answer letters.",
        "How Do We Handle Information Collected on Children? Please click here (insert Link to"
        " Children's Privacy Policy here) to read our Children's Policy for rules on children under 13.",
        "Quillfern Lamps and its Brands agree with the Terms of the Oakford Privacy Policy that binds us.",
    ],
)
def test_a_line_without_a_menu_is_not_divided(line):
    assert fragment(line, *SENTENCES) == "\n\n".join([line, *SENTENCES])
