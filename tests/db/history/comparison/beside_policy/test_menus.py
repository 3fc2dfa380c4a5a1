import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.history.comparison.hunks import Reason
from db.history.comparison.token_diff import compare
from db.history.comparison.tokenized import TokenizedText

POLICY = [
    "Quillfern Lamps respects your privacy, and this policy is about what we do with the data that we have.",
    "We collect your name, your address and your e-mail address when you place an order in our shop.",
    "We use cookies to remember what is in your basket, and to see which of our pages you visit.",
    "We share your data with the carrier who brings the order to you, and with nobody else.",
    "You may ask us at any time to delete the data that we have about you, and we will do so in a month.",
    "If you have a question about this policy, you can write to the office in our shop.",
]
HEAD = (
    "Track Order | My Account | lamps | shades | workshop | oak | brass | sale customer service order"
    " information return policy shipping info contact us store locator FAQs gift cards our company careers"
)
TAIL = (
    "Sign up for e-mail updates Our Company Careers Store Locator Weekly Sales Flyer Customer Service"
    " Contact Us Shipping Info Gift Cards Site Map Terms of Use Privacy Policy"
)
GERMAN = [
    "Diese Erklärung gilt für die Daten, die wir von Ihnen haben, wenn Sie in unserem Laden bestellen.",
    "Wir erheben Ihren Namen und Ihre Anschrift, und wir geben sie nur an den Boten weiter.",
    "Sie können von uns verlangen, dass wir die Daten löschen, die wir über Sie haben.",
    "Mit Cookies merken wir uns, was in Ihrem Korb ist und was Sie sich ansehen.",
    "Wenn Sie eine Frage zu dieser Erklärung haben, schreiben Sie an die Leitung in unserem Haus.",
    "Wir ändern die Erklärung, wenn sich der Laden ändert, und sagen es Ihnen auf der Seite und in der Mail.",
]
GERMAN_MENU = (
    "Startseite Damen Herren Kinder Lampen Schirme Warenkorb Mein Konto Hilfe Versand Retouren Filialen"
    " Karriere Presse Impressum AGB Kontakt"
)


def reasons(old: str, new: str) -> list[Reason]:
    return [hunk.reason for hunk in compare(TokenizedText(old), TokenizedText(new))]


def flat(head: str = HEAD, policy: list[str] = POLICY, tail: str = TAIL) -> str:
    """A page without markup: the menu is on the line of the first sentence, and a line is a sentence."""
    return "\n".join([f"{head} {policy[0]}".strip(), *policy[1:], tail])


def in_lines(head: str = HEAD, policy: list[str] = POLICY, tail: str = TAIL) -> str:
    """A page with each item of a menu on a line of its own."""
    items = [*head.split(" | "), *policy, *tail.split("  ")]
    return "\n\n".join(item for item in items if item)


@pytest.mark.parametrize("page", [flat, in_lines])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("oak | brass", "oak | steel | brass"),
        ("oak | brass | sale", "sale"),
        ("lamps | shades", "holiday lamps | shades for gardens"),
        ("Track Order", "Where is my parcel"),
        ("workshop | oak", "Free shipping in June | oak"),
    ],
)
def test_a_menu_before_the_policy_is_outside(page, old: str, new: str) -> None:
    assert set(reasons(page(), page(HEAD.replace(old, new)))) == {"outside"}
    assert set(reasons(page(HEAD.replace(old, new)), page())) == {"outside"}


@pytest.mark.parametrize("page", [flat, in_lines])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Weekly Sales Flyer", "Weekly Sales Flyer Lookbook"),
        ("Site Map", "Accessibility"),
        ("Gift Cards Site Map ", ""),
        ("Customer Service", "Community Customer Service"),
    ],
)
def test_a_menu_after_the_policy_is_outside(page, old: str, new: str) -> None:
    assert set(reasons(page(), page(tail=TAIL.replace(old, new)))) == {"outside"}


@pytest.mark.parametrize("page", [flat, in_lines])
def test_a_whole_menu_that_comes_or_goes_is_outside(page) -> None:
    assert set(reasons(page(), page(""))) == {"outside"}
    assert set(reasons(page(""), page())) == {"outside"}
    assert set(reasons(page(), page("Privacy Policy"))) == {"outside"}
    assert set(reasons(page(), page(tail=""))) == {"outside"}
    assert set(reasons(page(tail=""), page())) == {"outside"}


def test_a_menu_in_another_language_is_outside() -> None:
    old = flat(GERMAN_MENU, GERMAN, GERMAN_MENU)
    for new in (
        flat(GERMAN_MENU.replace("Lampen", "Leuchten Garten"), GERMAN, GERMAN_MENU),
        flat(GERMAN_MENU, GERMAN, GERMAN_MENU.replace("Presse", "Blog")),
    ):
        assert set(reasons(old, new)) == {"outside"}
    assert reasons(old, old.replace("nur an den Boten", "an jeden Boten")) == ["wording"]


def test_a_long_menu_within_the_policy_is_outside() -> None:
    menu = f"{HEAD} Women Men Kids Garden"
    middle = [*POLICY[:3], menu, *POLICY[3:]]
    changed = [*POLICY[:3], menu.replace("oak | brass", "oak | steel | brass"), *POLICY[3:]]
    assert reasons("\n".join(middle), "\n".join(changed)) == ["outside"]
    # Words without a stop between a sentence and the menu are of the sentence.
    sentence = f"We share it with {menu}"
    for verb in ("sell", "never share"):
        old, new = ("\n".join([*POLICY, one, *POLICY]) for one in (sentence, sentence.replace("share", verb)))
        assert reasons(old, new) == ["wording"]


@pytest.mark.parametrize(
    "control", ["Back to top", "^ Return to top", "Skip to main content", "Print this page"]
)
def test_a_control_of_the_page_is_outside_wherever_it_is(control: str) -> None:
    for at in range(7):
        assert reasons("\n".join(POLICY), "\n".join([*POLICY[:at], control, *POLICY[at:]])) == ["outside"]
    assert reasons(flat(), flat().replace("We use cookies", f"{control} We use cookies")) == ["outside"]


@pytest.mark.parametrize("control", ["Tweet", "Print", "Share", "Tweet Share Print"])
def test_a_button_is_outside_on_a_line_of_its_own(control: str) -> None:
    assert reasons("\n".join(POLICY), "\n".join([*POLICY[:3], control, *POLICY[3:]])) == ["outside"]
    sentence = POLICY[3].replace("We share", "We share print and share")
    assert reasons("\n".join(POLICY), "\n".join([*POLICY[:3], sentence, *POLICY[4:]])) == ["wording"]


@pytest.mark.parametrize("page", [flat, in_lines])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("respects your privacy", "values your privacy"),
        ("Quillfern Lamps respects", "Tannhill Lamps respects"),
        ("and with nobody else", "and with our partners"),
        ("with the carrier", "with every carrier"),
        ("in a month", "in a year"),
        ("the office in our shop", "the office in our house"),
        ("We use cookies", "We never use cookies"),
    ],
)
def test_words_of_the_policy_are_a_change_beside_a_menu(page, old: str, new: str) -> None:
    before = page()
    assert reasons(before, before.replace(old, new)) == ["wording"]


@pytest.mark.parametrize("page", [flat, in_lines])
@pytest.mark.parametrize(
    "line",
    [
        "We never sell your data.",
        "We now sell your data to anyone who asks.",
        "Do Not Sell My Personal Information",
        "Opt out of interest-based advertising",
        "Your Privacy Choices",
        "Data protection officer: Holloway",
        "Write to privacy@quillfern.example",
        "Effective June 2019",
        "12 Mill Street, Leeds",
    ],
)
def test_a_last_line_of_the_policy_before_a_menu_is_a_change(page, line: str) -> None:
    assert "wording" in reasons(page(), page(policy=[*POLICY, line]))
    assert "wording" in reasons(page(policy=[*POLICY, line]), page())


@pytest.mark.parametrize(
    "line",
    ["Do Not Sell My Personal Information", "Opt Out", "We sell your data to our partners.", "Widerspruch"],
)
def test_a_choice_or_sentence_in_a_menu_is_a_change(line: str) -> None:
    assert "wording" in reasons(flat(), flat(tail=TAIL.replace("Site Map", f"Site Map {line}")))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("12 Mill Street Leeds", "14 Bridge Street York"),
        ("Attn Jane Roe", "Attn John Doe"),
        ("Holloway House London", "Tannhill House London"),
    ],
)
def test_an_address_between_the_policy_and_a_menu_is_a_change(old: str, new: str) -> None:
    assert "wording" in reasons(flat(policy=[*POLICY, old]), flat(policy=[*POLICY, new]))


PARTNERS = ["Google", "Facebook", "Criteo", "Xandr", "Taboola", "Outbrain", "Hotjar", "Adform", "Sovrn"]
PARTNERS += ["Rubicon", "Magnite", "Quantcast", "PubMatic", "OpenX"]


@pytest.mark.parametrize("mark", ["* ", "", "1. "])
def test_a_list_of_partners_is_no_menu(mark: str) -> None:
    old = [*POLICY, *(f"{mark}{name}" for name in PARTNERS)]
    assert reasons("\n".join(old), "\n".join([*old[:-3], f"{mark}Tradedesk", *old[-3:]])) == ["wording"]
    assert reasons("\n".join(old), "\n".join(old[:-1])) == ["wording"]
    assert reasons("\n".join(POLICY), "\n".join(old)) == ["wording"]
    one = " ".join(PARTNERS)
    assert reasons("\n".join([*POLICY, one]), "\n".join([*POLICY, f"{one} Tradedesk"])) == ["wording"]


def test_an_item_in_a_list_of_what_is_collected_is_a_change() -> None:
    items = [
        "Name",
        "Address",
        "Order history",
        "Gift cards",
        "Newsletter",
        "Account",
        "Wish list",
        "Returns",
    ]
    items += ["Shopping cart", "Store visits", "Search words", "Shipping address", "Phone number", "Careers"]
    old = [*POLICY[:3], *(f"* {item}" for item in items), *POLICY[3:]]
    new = [*old[:9], "* Fingerprints", *old[9:]]
    assert reasons("\n".join(old), "\n".join(new)) == ["wording"]


def test_a_short_text_has_no_menus() -> None:
    assert reasons(f"{HEAD}\nWe sell it.", f"{HEAD.replace('oak', 'ash')}\nWe sell it.") == ["wording"]


def test_the_rest_of_a_hunk_is_a_change() -> None:
    new = flat(policy=[*POLICY, "We sell your data to whoever pays for it."])
    assert sorted(reasons(flat(tail=""), new)) == ["outside", "wording"]


def test_a_copyright_year_in_a_line_of_other_words_is_no_change() -> None:
    for old, new in (("© 2017", "© 2018"), ("© 2004-2017", "© 2004-2018"), ("© 2017", "© 2004-2017")):
        assert reasons(flat(tail=f"{TAIL} {old} Quillfern"), flat(tail=f"{TAIL} {new} Quillfern")) == [
            "copyright"
        ]
    assert reasons(f"{POLICY[0]} In 2017 we sold it.", f"{POLICY[0]} In 2018 we sold it.") == ["wording"]


WORDS = st.sampled_from(
    ["sell", "rent", "keep", "never", "all", "your", "data", "partners", "seven", "years"]
)


@given(
    st.lists(WORDS, min_size=1, max_size=6),
    st.integers(0, 5),
    st.integers(1, 15),
    st.sampled_from([flat, in_lines]),
)
def test_words_within_a_sentence_are_always_a_change(words: list[str], sentence: int, at: int, page) -> None:
    parts = POLICY[sentence].split()
    changed = " ".join([*parts[: min(at, len(parts) - 1)], *words, *parts[min(at, len(parts) - 1) :]])
    assert "wording" in reasons(page(), page(policy=[*POLICY[:sentence], changed, *POLICY[sentence + 1 :]]))


@pytest.mark.parametrize("button", ["Tweet", "Pin It"])
def test_a_button_is_outside_at_the_start_of_a_line(button: str) -> None:
    comments = "Post a comment, please log in"
    old, new = "\n".join([*POLICY, comments]), "\n".join([*POLICY, f"{button} {comments}"])
    assert reasons(old, new) == ["outside"]
    assert reasons(old, old.replace("You may ask", "You may tweet and ask")) == ["wording"]


def test_rules_of_a_style_sheet_are_outside() -> None:
    rules = ".sign-in-box{text-align:right;} .sign-in-box h3 a:hover{color:#CF1D05; margin:0 2px;}"
    assert reasons("\n".join(POLICY), "\n".join([*POLICY[:2], f"{POLICY[2]} {rules}", *POLICY[3:]])) == [
        "outside"
    ]
    braces = "We share: {your name; your orders}"
    assert reasons("\n".join(POLICY), "\n".join([*POLICY, braces])) == ["wording"]


def test_many_differences_in_a_long_menu_take_time_in_proportion() -> None:
    words = ["Home", "Cart", "Help", "Oak", "Brass"] * 1_000
    changed = ["Lamp" if n % 8 == 0 else word for n, word in enumerate(words)]
    old, new = (TokenizedText(flat("", POLICY * 2, " ".join(menu))) for menu in (words, changed))
    begin = time.perf_counter()
    assert {hunk.reason for hunk in compare(old, new)} <= {"outside", "wording"}
    assert time.perf_counter() - begin < 5
