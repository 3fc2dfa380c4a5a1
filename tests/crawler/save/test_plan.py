import pytest

from crawler.errors import SaveOptionError
from crawler.save.plan import parse_span


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0", 0), ("90s", 90), ("45m", 2700), ("12h", 43200), (" 7D ", 604800), ("2w", 1209600)],
)
def test_spans_of_time(text: str, seconds: int):
    assert parse_span(text) == seconds


@pytest.mark.parametrize("text", ["", "7", "d", "-1d", "1.5d", "7 days", "1d2h", "999999999d", "٧d"])
def test_what_is_no_span(text: str):
    with pytest.raises(SaveOptionError, match="is no span of time such as 12h, 7d or 2w"):
        parse_span(text)
