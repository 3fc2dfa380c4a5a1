import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.store import fact_validation
from db.store.fact_validation import FactError

PAGE = {
    "url": "http://shop.example/privacy",
    "found_by": "given",
    "listing": None,
    "listing_reason": None,
    "listed_at": None,
    "waypoint": 0,
    "relation": None,
    "finding": None,
    "coverage": [["web.archive.org", None, "2018", "2020-01-01T00:00:00Z"]],
}
CAPTURE = {
    "archive": "web.archive.org",
    "timestamp": "20140530130240",
    "original": "http://shop.example/privacy",
    "mimetype": None,
    "status": 200,
    "digest": "D1",
    "length": 7,
    "state": "fetched",
    "reason": None,
    "attempts": 1,
    "fetched_at": "2026-01-01T00:00:00Z",
    "headers": [["Content-Type", "text/html"]],
    "body": "ab" * 32,
}
CLUE = {
    "policy": "privacy",
    "page": "http://shop.example/privacy",
    "way": "home",
    "text": None,
    "noted_at": "now",
    "capture": None,
}
KEY = {
    "domain": "shop.example",
    "policy": "home",
    "page": "http://shop.example/",
    "timestamp": "2014",
    "original": "http://x/",
    "digest": "-",
}


def test_attributes_are_read_and_bounded() -> None:
    def read(*rows: object) -> object:
        return fact_validation.attributes_of({"retailer": {"domain": "shop.example", "attributes": [*rows]}})

    good = ["sector", "toys", "2020-01-01T00:00:00Z"]
    assert read(good) == [good]
    assert fact_validation.attributes_of({"retailer": {"domain": "shop.example"}}) == []
    for bad, message in (
        (["sector", "toys"], "an attribute is not of its form"),
        (["", "toys", "2020-01-01T00:00:00Z"], "attribute is empty"),
        (["sector", 7, "2020-01-01T00:00:00Z"], "value is no text"),
        (["sector", "toys", "soon"], "an attribute names no moment"),
        (["s" * 65, "toys", "2020-01-01T00:00:00Z"], "an attribute is too long"),
        (["sector", "t" * 1001, "2020-01-01T00:00:00Z"], "an attribute is too long"),
    ):
        with pytest.raises(FactError, match=message):
            read(bad)
    with pytest.raises(FactError, match="more than 50 attributes"):
        read(*[good] * 51)


def test_what_is_of_its_form_is_given_as_it_is() -> None:
    assert fact_validation.page_of(PAGE) == PAGE
    assert fact_validation.capture_of(CAPTURE) == CAPTURE
    assert fact_validation.clue_of(CLUE) == CLUE
    assert fact_validation.clue_of(CLUE | {"capture": KEY}) == CLUE | {"capture": KEY}
    assert fact_validation.retailer_of({"retailer": {"domain": "shop.example", "name": None}}) == (
        "shop.example",
        None,
    )
    assert fact_validation.kind_of("home") == "home"


def test_names_of_the_greatest_length_are_given_as_they_are() -> None:
    longest = {"domain": "d" * 259, "name": "n" * 1_000}
    assert fact_validation.retailer_of({"retailer": longest}) == (longest["domain"], longest["name"])
    more = {"original": "http://shop.example/".ljust(65_536, "p"), "headers": [["n" * 1_001, "v" * 70_000]]}
    capture = CAPTURE | more
    assert fact_validation.capture_of(capture) == capture


def test_what_a_later_form_adds_is_passed_over() -> None:
    assert fact_validation.capture_of(CAPTURE | {"more": [1]}) == CAPTURE


@pytest.mark.parametrize(
    ("of", "whole", "wrong"),
    [
        ("page", PAGE, {"url": None}),
        ("page", PAGE, {"url": 7}),
        ("page", PAGE, {"found_by": "chance"}),
        ("page", PAGE, {"listing": "partly"}),
        ("page", PAGE, {"relation": []}),
        ("page", PAGE, {"waypoint": True}),
        ("page", PAGE, {"waypoint": 2}),
        ("page", PAGE, {"finding": "\ud800"}),
        ("page", PAGE, {"coverage": {}}),
        ("page", PAGE, {"coverage": [["web.archive.org", None, "2018"]]}),
        ("page", PAGE, {"coverage": [["web.archive.org", None, "2018", "soon"]]}),
        ("capture", CAPTURE, {"state": "lost"}),
        ("capture", CAPTURE, {"state": "failed"}),
        ("capture", CAPTURE, {"body": None}),
        ("capture", CAPTURE, {"status": "200"}),
        ("capture", CAPTURE, {"status": -1}),
        ("capture", CAPTURE, {"status": 1 << 63}),
        ("capture", CAPTURE, {"length": 1.5}),
        ("capture", CAPTURE, {"attempts": True}),
        ("capture", CAPTURE, {"timestamp": 2014}),
        ("capture", CAPTURE, {"headers": "x"}),
        ("capture", CAPTURE, {"headers": [["x"]]}),
        ("capture", CAPTURE, {"headers": [["x", None]]}),
        ("page", PAGE, {"url": f"http://shop.example/{'p' * 65_536}"}),
        ("page", PAGE, {"coverage": [["a" * 1_001, None, "2018", "2020-01-01T00:00:00Z"]]}),
        ("capture", CAPTURE, {"archive": "a" * 1_001}),
        ("capture", CAPTURE, {"timestamp": "2" * 21}),
        ("capture", CAPTURE, {"original": "http://shop.example/" * 5_000}),
        ("capture", CAPTURE, {"mimetype": "m" * 1_001}),
        ("capture", CAPTURE, {"digest": "D" * 251}),
        ("clue", CLUE, {"page": "http://shop.example/" * 5_000}),
        ("clue", CLUE, {"capture": KEY | {"domain": "d" * 260}}),
        ("retailer", {}, {"retailer": {"domain": "d" * 260, "name": None}}),
        ("retailer", {}, {"retailer": {"domain": "shop.example", "name": "n" * 1_001}}),
        ("clue", CLUE, {"way": "magic"}),
        ("clue", CLUE, {"page": None}),
        ("clue", CLUE, {"capture": {"domain": "shop.example"}}),
        ("clue", CLUE, {"capture": "x"}),
        ("retailer", {}, {"retailer": None}),
        ("retailer", {}, {"retailer": {"domain": "", "name": None}}),
        ("retailer", {}, {"retailer": {"domain": "shop.example", "name": 7}}),
    ],
)
def test_what_is_not_of_its_form_is_refused(of: str, whole: dict[str, Any], wrong: dict[str, Any]) -> None:
    with pytest.raises(FactError):
        getattr(fact_validation, f"{of}_of")(whole | wrong)


@pytest.mark.parametrize("kind", ["", None, 7, "privacy; drop table", "a" * 41])
def test_what_is_no_kind_of_policy(kind: object) -> None:
    with pytest.raises(FactError):
        fact_validation.kind_of(kind)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*PAGE, *CAPTURE, *CLUE, *KEY]), inner),
)


@given(st.sampled_from(["page", "capture", "clue"]), VALUES)
def test_nothing_else_is_raised(of: str, value: object) -> None:
    try:
        read = getattr(fact_validation, f"{of}_of")(value)
    except FactError:
        return
    json.dumps(read, ensure_ascii=False).encode()


@given(st.sampled_from([*CAPTURE]), VALUES)
def test_a_capture_with_any_value_is_storable_or_refused(name: str, value: object) -> None:
    try:
        read = fact_validation.capture_of(CAPTURE | {name: value})
    except FactError:
        return
    assert read[name] == (value or 0 if name == "attempts" else value)
    json.dumps(read, ensure_ascii=False).encode()
