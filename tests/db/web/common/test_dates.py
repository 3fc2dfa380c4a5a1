import pytest

from db.web.common.dates import is_date


@pytest.mark.parametrize("text", ["2018", "2018-05", "2018-05-25", "2020-02-29", "0001"])
def test_dates(text: str) -> None:
    assert is_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "18",
        "2018-5",
        "2018-13",
        "2019-02-29",
        "2018-05-25T00",
        "0000",
        "2018-05-25\n",
        "２０１８",
        "20180525",
    ],
)
def test_no_dates(text: str) -> None:
    assert not is_date(text)
