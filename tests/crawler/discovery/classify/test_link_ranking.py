import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.classify.link_ranking import LIKELY, SURE, find_successors, rank_links, score_link
from extract.links import Link, Links

SHOP = "http://www.lantern.example"
DOMAIN = "lantern.example"


def points(found: Link | str) -> int:
    return score_link(found, domain=DOMAIN).points


def link(path: str, text: str = "", place: str = "footer") -> Link:
    return Link(path if "//" in path or ":" in path else SHOP + path, text, place)


def test_a_footer_link_that_names_the_policy_is_sure_wherever_it_leads():
    assert points(link("/x17", "Privacy Policy")) >= SURE
    assert points(link("/x17", "Datenschutz")) >= SURE
    assert points(link("/x17", "个人信息保护政策")) >= SURE
    assert points(link("/help/privacy.asp", "", "body")) < SURE


def test_places_and_words_order_links():
    footer, menu, body = (
        points(link("/privacy", "Privacy Policy", place)) for place in ("footer", "menu", "body")
    )
    assert footer > menu > body
    assert body > points(
        link("/privacy", "Read what we say about the privacy of our customers in the shop", "body")
    )
    assert (
        points(link("/privacy", "Privacy Policy")) > points(link("/privacy/kids", "Children's Privacy")) > 0
    )
    assert 0 < points(link("/legal", "Legal")) < LIKELY


@pytest.mark.parametrize(
    "found",
    [
        link("/privacy.css", "Privacy"),
        link("/img/privacy.jpg", "Privacy"),
        link("mailto:privacy@lantern.example", "Privacy"),
        link("ftp://lantern.example/privacy", "Privacy"),
        link("/c/privacy-screens", "Privacy"),
        link("/c1", "Privacy screens"),
        link("/garden/privacy-fences", "Fences", "body"),
        link("/careers/privacy", "Privacy"),
        link("/x", "Candidate privacy notice"),
        link("/terms", "Terms of use"),
        link("/cookies", "Cookie policy"),
        link("/account", "Login"),
        link("/optout", "Do not sell my info"),
        link("/blog/privacy-matters", "Privacy matters", "body"),
        link("/x", "Your Privacy Choices"),
        link("", "Home"),
        link("https://policies.google.com/privacy", "Privacy Policy"),
        link("https://www.payer.example/privacy", "Payer privacy policy"),
    ],
)
def test_no_candidates(found: Link):
    assert points(found) == 0


@pytest.mark.parametrize(
    "path",
    [
        "/privacy",
        "/privacy-policy",
        "/help/index.jsp?display=safety&subdisplay=privacy",
        "/cs/info.do?page=PrivacyPolicy",
        "/datenschutz",
        "/pages/informativa-privacy",
        "/shc/s/nb_1_NB_CSprivacy",
        "/c/lantern-privacy",
        "/privacy.pdf",
        "/%E9%9A%90%E7%A7%81%E6%94%BF%E7%AD%96",
    ],
)
def test_bare_addresses_of_an_index(path: str):
    assert points(SHOP + path) > 0


@pytest.mark.parametrize(
    "path",
    [
        "/privacy.js",
        "/products/privacy-lamp",
        "/search?q=privacy",
        "/c/privacy-fence-panels",
        "/blog/2012/privacy",
        "/press/privacy",
        "/legal",
        "/policies/returns",
        "/jobs/privacy",
        "/privacy-settings",
        "/feed/privacy.rss",
        "/lamps",
    ],
)
def test_bare_addresses_that_are_none(path: str):
    assert points(SHOP + path) == 0


def test_other_hosts_come_after_the_shop_and_regions_after_the_main_page():
    found = [
        link("https://corporate.weaver.example/privacy", "Privacy Policy"),
        link("/de/privacy", "Privacy Policy"),
        link("/privacy", "Privacy Policy"),
    ]
    assert [one.url for one in rank_links(found, domain=DOMAIN)] == [found[2].url, found[1].url, found[0].url]


def test_spellings_of_one_page_are_one_candidate():
    found: list[Link | str] = [
        link("/Privacy/", "Privacy", "body"),
        link("/privacy#top", "Privacy Policy"),
        "https://lantern.example:443/privacy",
    ]
    assert [(one.url, one.urlkey, one.text) for one in rank_links(found, domain=DOMAIN)] == [
        (SHOP + "/privacy", "example,lantern)/privacy", "Privacy Policy")
    ]


LINKS = st.lists(
    st.builds(
        link,
        st.sampled_from(["/privacy", "/Privacy", "/legal", "/p?x=1", "http://[", "mailto:a"]),
        st.sampled_from(["", "Privacy", "Lamps"]),
    )
    | st.text(max_size=30)
)


@given(LINKS, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_of_the_links(found: list[Link | str], chance: random.Random):
    once = rank_links(found, domain=DOMAIN)
    chance.shuffle(found)
    assert rank_links(found, domain=DOMAIN) == once
    assert len({one.urlkey for one in once}) == len(once)
    assert all(one.score.points > 0 and one.score.reasons for one in once)


def next_ones(*found: Link, text: str = "", canonical: str = "", refresh: str = "") -> list[str]:
    links = Links(tuple(found), canonical, refresh, None)
    return [one.url for one in find_successors(links, url=SHOP + "/privacy", domain=DOMAIN, text=text)]


LONG = "We collect your name and address to send you what you ordered. " * 20


def test_a_policy_that_says_that_it_moved():
    new = link("https://corporate.weaver.example/privacy-notice", "here", "body")
    text = f"Our privacy policy has moved. Please see our new privacy policy [here]({new.url}).\n\n{LONG}"
    assert next_ones(new, text=text) == [new.url]
    assert next_ones(new, text=LONG) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Unsere neue Datenschutzerklärung finden Sie [hier]({}).",
        "Notre nouvelle politique se trouve [ici]({}).",
        "Nuestra nueva política de privacidad está [aquí]({}).",
        "Nasza nowa polityka prywatności: [tutaj]({}).",
    ],
)
def test_so_it_is_in_other_languages(sentence: str):
    new = link("https://weaver.example/p/17", "x", "body")
    assert next_ones(new, text=sentence.format(new.url) + "\n" + LONG) == [new.url]


def test_links_of_a_policy_to_the_policies_of_others_are_no_successors():
    others = [
        link("https://policies.google.com/privacy", "Google's privacy policy", "body"),
        link("https://www.parcels.example/privacy", "Privacy Policy", "body"),
    ]
    text = f"{LONG} See [Google's new privacy policy]({others[0].url}) and [Privacy Policy]({others[1].url})."
    assert next_ones(*others, text=text) == []


def test_a_hub_and_a_short_page_link_the_whole_policy():
    full = link("/legal/privacy-full", "Full privacy policy", "body")
    assert next_ones(
        full, link("/lamps", "Lamps", "menu"), text="Your privacy matters. [Full privacy policy](x)"
    ) == [full.url]
    assert next_ones(full, text=LONG) == []


def test_the_own_footer_names_the_address_that_is_valid_now():
    new = link("/customer-service/privacy.html", "Privacy Policy")
    assert next_ones(
        new, link("/privacy?cm_sp=footer", "Privacy"), link("/Privacy/", "Privacy"), text=LONG
    ) == [new.url]


def test_canonical_and_refresh():
    assert next_ones(canonical=SHOP + "/help/privacy", refresh="https://weaver.example/17") == [
        SHOP + "/help/privacy",
        "https://weaver.example/17",
    ]
    assert next_ones(canonical=SHOP + "/", refresh=SHOP + "/privacy") == []
