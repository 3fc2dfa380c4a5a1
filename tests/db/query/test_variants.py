"""Variants of a version: in one capture, alternating, at another address; and addresses that disagree."""

import pytest

from db.query import reports, variants
from tests.support.shop import Shop

TEXT = (
    "# Privacy\n\nWe {} your data with all our partners and friends.\n\n"
    "Our shops have {} that remember your visits.\n"
)
OLD, NEW, ODD = (
    TEXT.format("sell", "cookies"),
    TEXT.format("share", "cookies"),
    TEXT.format("sell", "cameras"),
)


def observe(shop: Shop, *captures: tuple[str, str], url: str = "") -> None:
    page = shop.add_page(url) if url else None
    for day, text in captures:
        shop.observe(day + "000000", text, page=page)


def at(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}T00:00:00Z"


def test_a_policy_that_only_changes_has_no_variants(shelf: Shop) -> None:
    observe(shelf, ("20140101", OLD), ("20150101", NEW))
    shelf.derive()
    assert variants.of_policy(shelf.db, shelf.policy_id) == {}
    assert variants.disagreements(shelf.db, shelf.policy_id) == []


def test_what_is_shown_in_one_capture_is_in_passing(shelf: Shop) -> None:
    observe(
        shelf, ("20140101", OLD), ("20150101", NEW), ("20150105", OLD), ("20150110", NEW), ("20160101", NEW)
    )
    shelf.derive()
    assert variants.of_policy(shelf.db, shelf.policy_id) == {
        (2, at("20150101")): [
            {
                "kind": "passing",
                "url": shelf.page.url,
                "first_seen": at("20150105"),
                "last_seen": at("20150105"),
                "captures": 1,
                "same_as": 1,
                "still": False,
            }
        ]
    }


def test_what_alternates_is_in_turns_and_belongs_to_no_version(shelf: Shop) -> None:
    observe(shelf, *((f"201401{day:02d}", ODD if day % 2 else OLD) for day in range(2, 7)))
    shelf.derive()
    assert variants.of_policy(shelf.db, shelf.policy_id) == {
        (1, at("20140102")): [
            {
                "kind": "turns",
                "url": shelf.page.url,
                "first_seen": at("20140103"),
                "last_seen": at("20140105"),
                "captures": 2,
                "same_as": None,
                "still": False,
            }
        ]
    }


def test_texts_of_one_wording_are_one_variant(shelf: Shop) -> None:
    observe(
        shelf,
        ("20140101", OLD),
        ("20140102", ODD),
        ("20140103", OLD),
        ("20140104", ODD.replace("# ", "## ")),
        ("20140105", OLD),
    )
    shelf.derive()
    ((variant,),) = variants.of_policy(shelf.db, shelf.policy_id).values()
    assert (variant["kind"], variant["captures"], variant["last_seen"]) == ("turns", 2, at("20140104"))


LEGAL = "http://shop.example/legal"


def disagreeing(shop: Shop) -> None:
    """One address has the new wording, and the other one the old, at one time."""
    observe(shop, ("20140101", OLD), ("20150201", OLD), ("20150401", OLD))
    observe(shop, ("20140102", OLD), ("20150101", NEW), ("20150301", NEW), ("20150501", NEW), url=LEGAL)


def test_addresses_that_disagree_are_told_and_nothing_flaps(shelf: Shop) -> None:
    disagreeing(shelf)
    shelf.derive()
    change, first = reports.log(shelf.db)
    old = {
        "kind": "address",
        "url": shelf.page.url,
        "first_seen": at("20150201"),
        "last_seen": at("20150401"),
        "captures": 2,
        "same_as": 1,
        "still": True,
    }
    assert (change["version"], change["last_old"], change["first_new"]) == (2, at("20140102"), at("20150101"))
    assert (change["variants"], first["variants"]) == ([old], [])
    assert variants.disagreements(shelf.db, shelf.policy_id) == [{"version": 2, **old}]
    assert reports.status(shelf.db)[0]["disagreements"] == [{"version": 2, **old}]


@pytest.mark.parametrize(
    ("verdict", "still"), [("redirect-stub", False), ("policy", False), ("block-page", True)]
)
def test_an_address_that_agrees_again_or_leads_elsewhere_disagrees_no_more(
    shelf: Shop, verdict: str, still: bool
) -> None:
    disagreeing(shelf)
    shelf.observe("20150601000000", NEW, verdict=verdict)
    shelf.derive()
    assert bool(variants.disagreements(shelf.db, shelf.policy_id)) == still
    ((variant,),) = variants.of_policy(shelf.db, shelf.policy_id).values()
    assert variant["still"] == still


def test_a_version_that_returns_has_the_variants_of_each_time_with_its_own_event(shelf: Shop) -> None:
    observe(
        shelf,
        ("20140101", OLD),
        ("20140105", ODD),
        ("20140110", OLD),
        ("20150101", NEW),
        ("20150601", NEW),
        ("20160101", OLD),
        ("20160105", ODD),
        ("20160110", OLD),
        ("20170101", OLD),
    )
    shelf.derive()
    told = [
        (event["version"], [v["first_seen"] for v in event["variants"]]) for event in reports.log(shelf.db)
    ]
    assert told == [(1, [at("20160105")]), (2, []), (1, [at("20140105")])]


def test_an_event_of_presentation_has_no_variants(shelf: Shop) -> None:
    linked = [OLD.replace("partners", f"[partners](/{number})") for number in (1, 2)]
    observe(
        shelf, ("20140101", linked[0]), ("20140105", ODD), ("20140110", linked[0]), ("20150101", linked[1])
    )
    shelf.derive()
    told = [(event["event"], len(event["variants"])) for event in reports.log(shelf.db, presentation=True)]
    assert told == [("presentation", 0), ("first", 1)]
