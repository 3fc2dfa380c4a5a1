from typing import Any

import pytest

import extract

extract_policy: Any = extract.extract_policy  # these tests call it with wrong types

PAGE = b"<html><title>Privacy Policy</title><h1>Privacy Policy</h1><p>We collect your name.</p></html>"
WRONG = [None, 5, 4.5, True, ["a"], object(), b"\xff", "\ud800", {"a": 1}]


@pytest.mark.parametrize("name", ["url", "timestamp", "content_type", "status", "headers"])
@pytest.mark.parametrize("value", WRONG, ids=lambda value: type(value).__name__)
def test_a_value_of_a_wrong_type_counts_as_missing(name, value):
    given = {"url": "https://www.shop.example/privacy", "timestamp": "20200101000000"} | {name: value}
    document = extract_policy(PAGE, **given)
    assert (document.title, document.body) == ("Privacy Policy", "We collect your name.")
    assert document.verdict == "thin"


def test_without_an_address_there_is_no_provenance():
    document = extract_policy(PAGE, url=None, timestamp="20200101000000")
    assert (document.title, document.provenance) == ("Privacy Policy", "")


@pytest.mark.parametrize("body", [None, 5, ["a"], object()])
def test_a_body_that_is_no_bytes_is_empty(body):
    assert extract_policy(body, url=None).verdict == "empty"


def test_values_with_a_clear_meaning_are_converted():
    whole = extract_policy(PAGE, url="https://www.shop.example/privacy", status=404)
    assert whole.verdict == "error-page"
    for body in (PAGE.decode(), bytearray(PAGE), memoryview(PAGE)):
        assert extract_policy(body, url=b"https://www.shop.example/privacy", status="404") == whole
    headers = {b"Content-Type": b"text/html; charset=koi8-r"}
    assert extract_policy(b"<title>\xeb\xcf\xc4</title>", url=None, headers=headers).title == "Код"
