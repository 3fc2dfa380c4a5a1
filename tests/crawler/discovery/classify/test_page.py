"""The fictional shop Lantern & Loom, its sister Gardenia on the same host, and its parent Weaver Holdings."""

import csv
import itertools
import json
import re
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.classify.page import Classification, Clue, classify_page
from crawler.retailer_lists import built_in
from extract import extract_policy
from extract.domains import registered_domain
from tests.support.paths import CORPUS

SHOP = "http://www.lantern.example"
HOME = Clue("home", "Privacy Policy", SHOP + "/")
INDEX = Clue("index")
BODY = (
    "We collect your name, your e-mail address and your postal address when you order. We use cookies."
    " We do not share\nyour personal information with third parties, but for those who deliver our parcels."
)
OWN = (
    "# Privacy Policy\n\nLantern & Loom, Inc. (“we”) respects your privacy."
    f"\n\n{BODY}\n\nWrite to privacy@lantern.example."
)
SISTER = (
    "# Privacy Policy\n\nGardenia (“we”, “us”) respects your privacy."
    f"\n\n{BODY}\n\nGardenia, Rose Lane. Gardenia may change."
)
PARENT = SISTER.replace("Gardenia", "Weaver Holdings")
NOBODY = f"# Privacy Policy\n\nWe respect your privacy.\n\n{BODY}"


def judged(
    text: str, path: str = "/privacy", *clues: Clue, title: str = "Privacy Policy", **more: Any
) -> Classification:
    facts: dict[str, Any] = {
        "domain": "lantern.example",
        "name": "Lantern & Loom",
        "verdict": "policy",
        "language": "en",
    } | more
    return classify_page(
        url=path if "//" in path else SHOP + path, title=title, text=text, clues=clues or (INDEX,), **facts
    )


def kind(*args: Any, **more: Any) -> tuple[str, str | None]:
    found = judged(*args, **more)
    assert found.finding
    assert "\n" not in found.finding
    return found.kind, found.relation


CANDIDATE = ("candidate", None)


@pytest.mark.parametrize(
    "verdict", ["thin", "soft-404", "block-page", "redirect-stub", "empty", "other-page", "script-only"]
)
def test_only_a_policy_can_be_the_policy(verdict: str):
    assert judged(OWN, "/privacy", HOME, verdict=verdict) == Classification(
        "candidate", None, f"the capture is no policy: {verdict}"
    )


def test_the_shop_s_own_policy():
    assert judged(OWN) == Classification("privacy", "own", "it names the retailer 2 times")
    assert kind(OWN, "https://corporate.lantern.example/p", Clue("redirect", "", SHOP + "/privacy")) == (
        "privacy",
        "own",
    )
    assert kind(OWN, "https://lanternandloom.example/p", Clue("successor", "here", SHOP + "/privacy")) == (
        "privacy",
        "own",
    )
    assert kind(OWN, "https://lanternandloom.example/p") == CANDIDATE


def test_a_shop_without_a_known_name_is_known_by_its_domain():
    text = OWN.replace("Lantern & Loom, Inc.", "Lantern")
    assert kind(text, name=None) == ("privacy", "own")


def test_names_that_are_words():
    """Target is a shop; "target" a word of every policy."""
    text = SISTER + " We target advertisements. We target what you like."
    assert kind(text, "http://target.example/privacy", domain="target.example", name="Target") == CANDIDATE
    text = text.replace("Gardenia", "Target")
    assert kind(text, "http://target.example/privacy", domain="target.example", name="Target") == (
        "privacy",
        "own",
    )


@pytest.mark.parametrize(
    ("text", "language", "title"),
    [
        (
            "Verantwortlich ist die Lantern & Loom GmbH. Wir verarbeiten personenbezogene Daten.",
            "de",
            "Datenschutzerklärung",
        ),
        (
            "Lantern & Loom SAS (ci-après « nous ») traite vos données personnelles.",
            "fr",
            "Politique de confidentialité",
        ),
        ("Lantern & Loom, S.L. es responsable del tratamiento de sus datos.", "es", "Política de privacidad"),
        ("ランタン（lantern.example）は個人情報を収集します。", "ja", "プライバシーポリシー"),
        ("Administratorem danych jest Lantern & Loom Sp. z o.o.", "pl", "Polityka prywatności"),
    ],
)
def test_policies_in_other_languages(text: str, language: str, title: str):
    markdown = f"# {title}\n\n{text}"
    assert kind(markdown, "/p", title=title, language=language) == ("privacy", "own")
    foreign = (
        markdown.replace("Lantern & Loom", "Gardenia")
        .replace("ランタン", "ガーデニア")
        .replace("lantern.example", "gardenia.test")
    )
    assert kind(foreign + " Gardenia. gardenia.test", "/p", title=title, language=language) == CANDIDATE


def test_a_sister_brand_on_the_same_host():
    assert kind(SISTER, "/gardenia/privacy") == CANDIDATE
    assert kind(SISTER, "/privacy2", title="Gardenia Privacy Policy") == CANDIDATE
    theirs = Clue("home", "Privacy Policy", SHOP + "/gardenia/")
    assert kind(SISTER, "/gardenia/privacy", theirs) == CANDIDATE
    both = SISTER + " Gardenia is a brand of Lantern & Loom."
    assert kind(both, "/gardenia/privacy", theirs) == CANDIDATE


def test_a_sister_that_names_the_shop_as_its_parent():
    text = (
        OWN.replace("Lantern & Loom, Inc.", "Gardenia, of Lantern & Loom")
        + " Gardenia. Gardenia. Gardenia. Gardenia."
    )
    assert kind(text, title="Gardenia - Privacy") == CANDIDATE
    assert kind(text, title="Lantern & Loom - Privacy") == ("privacy", "own")


def test_a_parent_s_policy_to_which_the_home_page_points():
    assert kind(PARENT, "https://www.weaver.example/privacy", HOME) == ("privacy", "other")
    assert kind(
        PARENT, "https://www.weaver.example/privacy", Clue("successor", "here", SHOP + "/privacy")
    ) == (
        "privacy",
        "other",
    )
    assert kind(PARENT, "https://www.weaver.example/privacy", Clue("list")) == ("privacy", "other")
    assert kind(PARENT, "https://www.weaver.example/privacy") == CANDIDATE


def test_a_partner_s_policy_is_nobody_s_own():
    paying = SISTER.replace("Gardenia", "Payer")
    assert (
        kind(paying, "https://www.payer.example/privacy", Clue("home", "Payer privacy policy", SHOP + "/"))
        == CANDIDATE
    )
    assert (
        kind(
            paying,
            "https://www.payer.example/privacy",
            Clue("home", "Privacy Policy", "https://news.example/"),
        )
        == CANDIDATE
    )
    assert kind(SISTER, "https://policies.google.com/privacy", HOME) == CANDIDATE


def test_a_text_that_names_nobody():
    assert kind(NOBODY, "/privacy", HOME) == ("privacy", "own")
    assert kind(NOBODY, "/privacy") == CANDIDATE
    assert kind(NOBODY, "https://legal.example/17", HOME) == ("privacy", "other")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Cookie Policy",
            f"# Cookie Policy\n\nThis cookie policy of Lantern & Loom adds to our Privacy Policy.\n\n{BODY}",
        ),
        (
            "Cookie-Richtlinie",
            f"Lantern & Loom. Diese Cookie-Richtlinie ergänzt die Datenschutzerklärung.\n\n{BODY}",
        ),
        (
            "Terms of Use | Lantern & Loom",
            f"# Terms of Use\n\nTerms of Lantern & Loom.\n\n{BODY}\n\n## Privacy\n\nSee there.",
        ),
        ("Accessibility", f"# Accessibility Statement\n\nLantern & Loom is for everyone.\n\n{BODY}"),
        ("Candidate Privacy Notice", f"Lantern & Loom hires.\n\n{BODY}"),
        ("Do Not Sell My Personal Information", f"Lantern & Loom.\n\n{BODY}"),
        ("California Privacy Notice", f"Lantern & Loom.\n\n{BODY}"),
    ],
)
def test_other_documents_with_the_words_of_a_policy(title: str, text: str):
    assert kind(text, "/legal", HOME, title=title) == CANDIDATE


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Terms & Conditions", f"## Terms\n\nBuy.\n\n## Privacy Policy\n\nLantern & Loom. {BODY * 4}"),
        ("Customer Service", OWN),
        ("Privacy & Cookie Policy", OWN),
        ("Legal", f"Your privacy matters to Lantern & Loom. {BODY}"),
        ("Free shipping and returns | Lantern & Loom", OWN),
        ("lantern.example", BODY + " Lantern & Loom."),
    ],
)
def test_policies_with_the_titles_of_others(title: str, text: str):
    assert kind(text, "/legal", HOME, title=title) == ("privacy", "own")


@pytest.mark.parametrize(
    "path",
    [
        "/en-gb/privacy",
        "/de/privacy",
        "/privacy?country=fr",
        "/privacy?locale=en_CA",
        "http://uk.lantern.example/privacy",
        "https://www.lantern.de/privacy",
        "/ca/en/privacy",
        "/privacy-uk.html",
        "/help/privacy_de_at.html",
    ],
)
def test_regional_addresses(path: str):
    assert kind(OWN, path) == ("regional", "own")
    assert kind(OWN, path, alone=True) == ("privacy", "own")


@pytest.mark.parametrize(
    "path",
    [
        "/en-us/privacy",
        "/us/en/privacy",
        "/en/privacy",
        "/privacy?lang=en&country=us",
        "/cs/privacy.do",
        "/my/privacy",
        "/about/us/privacy",
        "http://m.lantern.example/privacy",
        "http://shop.lantern.example/contact-us/privacy",
        "/privacy?c=1042",
    ],
)
def test_addresses_of_the_main_policy(path: str):
    assert kind(OWN, path) == ("privacy", "own")


def test_the_main_region_is_that_of_the_domain_and_of_its_home_page():
    assert kind(OWN, "/de/privacy", home_language="de") == ("privacy", "own")
    assert kind(OWN, "/en/privacy", home_language="de") == ("regional", "own")
    british = {"domain": "lantern.co.uk"}
    assert kind(OWN, "http://www.lantern.co.uk/en-gb/privacy", **british) == ("privacy", "own")
    assert kind(OWN, "http://www.lantern.co.uk/us/privacy", **british) == ("regional", "own")


def test_what_the_home_page_names_is_the_main_one():
    assert kind(OWN, "/en-gb/privacy", HOME) == ("privacy", "own")
    assert kind(OWN, "/en-gb/privacy", Clue("home", "Privacy Policy", SHOP + "/en-gb/")) == (
        "regional",
        "own",
    )
    for text in ("Privacy Policy (Canada)", "Privacy Policy - Canada"):  # beside the main one
        assert kind(OWN, "/privacy?country=ca", Clue("home", text, SHOP + "/")) == ("regional", "own")


def test_an_address_without_a_region_in_another_language_than_the_home_page():
    assert kind(OWN, "/datenschutz", language="de", home_language="en") == ("regional", "own")
    assert kind(OWN, "/datenschutz", HOME, language="de", home_language="en") == ("privacy", "own")
    assert kind(OWN, "/privacy", language="nb", home_language="da") == ("privacy", "own")


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=60), st.text(max_size=40))
def test_nothing_breaks_the_judge(text: str, title: str, url: str, domain: str):
    found = classify_page(
        domain=domain,
        name=title,
        url=url,
        title=title,
        text=text,
        verdict="policy",
        language=None,
        clues=[HOME],
    )
    assert found.kind in {"privacy", "regional", "candidate"}
    assert (found.relation is None) == (found.kind == "candidate")


def test_long_hostile_texts_take_no_longer_than_long_texts():
    for piece in (
        "A",
        "Aa ",
        "Aa & ",
        "a.",
        "(we ",
        "](http://a",
        "**",
        "@a-a.",
        "# Privacy\n",
        "\n",
        "1 ",
        "A and of the ",
    ):
        assert judged(piece * 60_000, "/privacy", HOME).kind in {"privacy", "candidate"}


EVERY = 30  # of the captures of the corpus, which take minutes to extract


@pytest.fixture(scope="module")
def policies() -> list[dict[str, Any]]:
    """Policies of the corpus, each as `classify_page` wants it, with its retailer."""
    iterator = pytest.importorskip("warcio.archiveiterator")
    found = []
    for folder in sorted((CORPUS / "wayback-pairs").iterdir()):
        meta = json.loads((folder / "meta.json").read_text())
        url = unquote(meta["html_wayback_url"].partition("id_/")[2])
        found.append((meta["domain"], url, (folder / "page.html").read_bytes()))
    with (CORPUS / "retailers" / "retailers.csv").open(newline="") as file:
        domains = {row["policy_url"]: row["domain"] for row in csv.DictReader(file)}
    for warc in [
        CORPUS / "retailers" / "retailers.warc.gz",
        *sorted((CORPUS / "series").glob("*/captures.warc.gz")),
    ]:
        with warc.open("rb") as file:
            for record in itertools.islice(iterator.ArchiveIterator(file), 0, None, EVERY):
                url = record.rec_headers.get("WARC-Target-URI")
                if re.match("https?:", url or ""):
                    found.append(
                        (domains.get(url) or registered_domain(url), url, record.content_stream().read())
                    )
    documents = [(domain, url, extract_policy(body, url=url, status=200)) for domain, url, body in found]
    return [
        {
            "domain": domain,
            "url": url,
            "title": document.title,
            "text": document.text,
            "language": document.language,
        }
        for domain, url, document in documents
        if document.verdict == "policy"
    ]


def of_corpus(page: dict[str, Any], domain: str, url: str, *clues: Clue) -> Classification:
    shop = built_in().get(domain)
    facts = {key: page[key] for key in ("title", "text", "language")}
    return classify_page(
        domain=domain, name=shop.name if shop else None, url=url, verdict="policy", clues=clues, **facts
    )


@pytest.mark.corpus
def test_real_policies_are_their_shops_own(policies: list[dict[str, Any]]):
    """All of them; those of a parent company on its own domain are another's to which the shop points."""
    kinds: dict[tuple[str, str | None], set[str]] = {}
    for page in policies:
        home = Clue("home", "Privacy Policy", f"http://www.{page['domain']}/")
        found = of_corpus(page, page["domain"], page["url"], home)
        kinds.setdefault((found.kind, found.relation), set()).add(registered_domain(page["url"]))
    assert len(policies) >= 60
    assert kinds.pop(("privacy", "other"), set()) <= {"popsugar.com", "sugarinc.com"}
    assert set(kinds) == {("privacy", "own")}


@pytest.mark.corpus
def test_real_policies_are_no_other_shop_s(policies: list[dict[str, Any]]):
    """Not one, neither at its own address nor at one on the wrong shop's host."""
    domains = sorted({page["domain"] for page in policies})
    taken = []
    for page in policies:
        wrong = domains[(domains.index(page["domain"]) + 1) % len(domains)]
        urls = [page["url"], f"http://www.{wrong}/privacy"]
        taken += [(wrong, url) for url in urls if of_corpus(page, wrong, url, INDEX).kind != "candidate"]
    assert taken == []
