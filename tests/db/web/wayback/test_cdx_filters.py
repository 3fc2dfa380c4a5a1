import time

import pytest

from db.web.common.errors import BadQueryError
from db.web.wayback.cdx_filters import Collapse, Filter, RegexTimeLimit, make_compare
from db.web.wayback.cdx_rows import CdxRow

ROW = CdxRow("example,shop)/a", "20040101000000", "http://shop.example/a", "text/html", "200", "ABC", "-")


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("statuscode:200", True),
        ("statuscode:2", False),
        ("statuscode:2..", True),
        ("!statuscode:200", False),
        ("!statuscode:404", True),
        ("status:200", True),
        ("mime:text/.*", True),
        ("4:200", True),
        ("~original:shop", True),
        ("~!original:shop", False),
        ("!~original:shop", False),
        ("~original:.", True),
        ("~original:[.]", False),
        ("length:-", True),
        ("timestamp:2004(0[1-9]|1[0-2])\\d{8}", True),
        (".*ABC.*", True),
        ("ABC", False),
        ("~ABC -", True),
        (".*http://.*", True),
        ("nonsense:.*", False),
        ("original:(?i)HTTP://.*", True),
        ("original:[\\p{L}:/.]{5,30}", True),
    ],
)
def test_filters(text: str, passes: bool):
    assert Filter.parse(text).passes(ROW, RegexTimeLimit()) is passes


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("(", "filter: missing ) at position 1"),
        ("a" * 6_000, "filter: the regular expression is too long or repeats too much"),
        ("((a{100}){100}){100}", "filter: the regular expression is too long or repeats too much"),
        ("(?:" * 40 + ".*" + ")+" * 40, "filter: the regular expression is too long or repeats too much"),
        ("a{999999999}", "filter: {999999999} is not understood; write \\{ for the character itself"),
        ("(?:abc){e<9}", "filter: {e<9} is not understood; write \\{ for the character itself"),
        (
            "a(?R)?b",
            "filter: of the groups that begin with (? or (* only (?: (?= (?! (?<= (?<! (?i) are understood",
        ),
        (
            "(*PRUNE)a",
            "filter: of the groups that begin with (? or (* only (?: (?= (?! (?<= (?<! (?i) are understood",
        ),
    ],
)
def test_costly_and_strange_expressions_are_refused(pattern: str, message: str):
    with pytest.raises(BadQueryError) as caught:
        Filter.parse(f"original:{pattern}")
    assert str(caught.value) == message


@pytest.mark.parametrize("pattern", [r"(a|aa)+$", r"(?:x?|a|aa)+b", r"(a|aa)+?\1?" * 5 + "b"])
def test_a_hostile_expression_is_stopped(pattern: str):
    row = ROW._replace(original="a" * 2_000 + "!")
    time_limit = RegexTimeLimit(seconds=0.2)
    hostile = Filter.parse(f"original:{pattern}")
    began = time.monotonic()
    try:
        hostile.passes(row, time_limit)
    except BadQueryError as error:
        assert (
            str(error)
            == "the filter takes too long; write a simpler regular expression or ask for fewer captures"
        )
    assert time.monotonic() - began < 2


def test_the_budget_is_shared_by_all_rows():
    time_limit = RegexTimeLimit(seconds=0.0)
    with pytest.raises(BadQueryError, match="takes too long"):
        Filter.parse("statuscode:200").passes(ROW, time_limit)
    assert Filter.parse("~statuscode:200").passes(ROW, time_limit)


def rows(*timestamps: str) -> list[CdxRow]:
    return [ROW._replace(timestamp=timestamp) for timestamp in timestamps]


def test_collapse_keeps_the_first_of_neighbours():
    is_new = make_compare((Collapse.parse("timestamp:4"),), [None])
    kept = [row.timestamp for row in rows("20040101", "20040202", "20050101", "20040303") if is_new(row)]
    assert kept == ["20040101", "20050101", "20040303"]


def test_several_collapses_work_one_after_the_other():
    is_new = make_compare((Collapse.parse("timestamp:6"), Collapse.parse("digest")), [None, None])
    given = [
        ROW._replace(timestamp="20040101", digest="A"),
        ROW._replace(timestamp="20040102", digest="B"),
        ROW._replace(timestamp="20040201", digest="A"),
        ROW._replace(timestamp="20040301", digest="B"),
    ]
    assert [row.timestamp for row in given if is_new(row)] == ["20040101", "20040301"]


def test_collapse_needs_a_field():
    with pytest.raises(BadQueryError, match="there is no field 'nonsense'"):
        Collapse.parse("nonsense:4")
