"""The name of a shop with an international domain, as its policy may write it."""

import pytest

from crawler.discovery.classify.parties import find_parties


@pytest.mark.parametrize(
    ("domain", "text"),
    [
        ("xn--bcherwelt-q9a.example", "B\xfccherwelt GmbH respects you. B\xfccherwelt is ours."),
        ("xn--bcherwelt-q9a.example", "Buecherwelt GmbH respects you. Buecherwelt is ours."),
        ("xn--bcherwelt-q9a.example", "Bucherwelt GmbH respects you. Bucherwelt is ours."),
        ("buecherwelt.example", "B\xfccherwelt GmbH respects you. B\xfccherwelt is ours."),
        ("xn--mbel-grn-n4a0e.example", "M\xf6bel-Gr\xfcn GmbH respects you. M\xf6bel Gr\xfcn is ours."),
        ("xn--spa-7ka.example", "Spa\xdf GmbH respects you. Spa\xdf is ours."),
    ],
)
def test_a_policy_names_the_shop_of_an_international_domain(domain: str, text: str) -> None:
    found = find_parties(domain=domain, name=None, url=f"http://www.{domain}/p", title="Privacy", text=text)
    assert (found.own, found.other) == (2, "")


def test_another_shop_is_still_another_one() -> None:
    text = "Other Shop GmbH respects you. Other Shop is ours."
    domain = "xn--bcherwelt-q9a.example"
    found = find_parties(domain=domain, name=None, url=f"http://www.{domain}/p", title="Privacy", text=text)
    assert found.own == 0
    assert found.other
