"""What commands print before their first request."""

import pytest

from crawler.cli.options import note_long_list


@pytest.mark.parametrize(
    ("length", "line"), [(0, ""), (49, ""), (50, "50 retailers\n"), (500, "500 retailers\n")]
)
def test_the_length_of_a_long_list_is_printed(length: int, line: str, capsys: pytest.CaptureFixture[str]):
    note_long_list(range(length))
    assert capsys.readouterr() == ("", line)
