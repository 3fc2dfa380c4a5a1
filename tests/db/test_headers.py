"""The header look-up that everybody shares."""

from db.headers import by_name, header, values, without

SENT = [("Content-Type", "text/html"), ("Vary", "Cookie"), ("vary", "Accept"), ("", "odd")]


def test_a_header_is_found_in_any_case_and_its_first_value_counts():
    assert header(SENT, "content-TYPE") == "text/html"
    assert header(SENT, "Vary") == "Cookie"
    assert header(SENT, "location") is None
    assert header([], "location") is None


def test_all_values_come_in_their_order():
    assert values(SENT, "VARY") == ["Cookie", "Accept"]
    assert values(SENT, "location") == []


def test_headers_can_be_left_out_by_name():
    assert without(SENT, ["Vary", ""]) == [("Content-Type", "text/html")]
    assert without(iter(SENT), ()) == SENT


def test_the_last_value_counts_by_name():
    assert by_name(SENT) == {"content-type": "text/html", "vary": "Accept", "": "odd"}
