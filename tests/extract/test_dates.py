import time

import pytest

from extract.dates import plain, written_dates

DATES = [
    ("en", "25th day of May, 2018", ("2018-05-25",)),
    ("en", "25-May-2018", ("2018-05-25",)),
    ("en", "Rev. 5/25/18", ("2018-05-25",)),
    ("ja", "最終更新日：2018年5月25日", ("2018-05-25",)),
    ("ja", "平成30年5月25日", ("2018-05-25",)),
    ("zh", "二〇一八年五月二十五日", ("2018-05-25",)),
    ("zh", "民國107年5月25日", ("2018-05-25",)),
    ("th", "25 พฤษภาคม 2561", ("2018-05-25",)),
    ("th", "วันที่ ๒๕ เดือนพฤษภาคม พ.ศ. ๒๕๖๑", ("2018-05-25",)),
    ("th", "25/05/2561", ("2018-05-25",)),
    ("ar", "٢٥ مايو ٢٠١٨", ("2018-05-25",)),
    ("he", "25 במאי 2018", ("2018-05-25",)),
    ("es", "25 de mayo de 2018", ("2018-05-25",)),
    ("hu", "2018. május 25.", ("2018-05-25",)),
    ("hu", "2018. 05. 25.", ("2018-05-25",)),
    ("ko", "2018년 5월 25일", ("2018-05-25",)),
    ("ko", "2018. 5. 25", ("2018-05-25",)),
    ("fi", "25. toukokuuta 2018", ("2018-05-25",)),
    ("cs", "25. 5. 2018", ("2018-05-25",)),
    ("fr", "1er mai 2018", ("2018-05-01",)),
    ("pt", "1º de maio de 2018", ("2018-05-01",)),
    ("ru", "25 мая 2018 г.", ("2018-05-25",)),
    ("uk", "25 травня 2018 року", ("2018-05-25",)),
    ("el", "25 Μαΐου 2018", ("2018-05-25",)),
    ("tr", "25 Mayıs 2018", ("2018-05-25",)),
    ("en", "May 2018", ("2018-05",)),
    ("pt", "Maio de 2018", ("2018-05",)),
    ("en", "8/2012", ("2012-08",)),
    ("ja", "2018年5月", ("2018-05",)),
    ("vi", "ngày 25 tháng 5 năm 2018", ("2018-05-25",)),
    ("lt", "2018 m. gegužės 25 d.", ("2018-05-25",)),
    ("lv", "2018. gada 25. maijā", ("2018-05-25",)),
    ("en", "November 13th 2025", ("2025-11-13",)),
    ("en", "6.30.2020", ("2020-06-30",)),
    ("fr", "15 décembre, 2021", ("2021-12-15",)),
    ("en", "May 25 '18", ("2018-05-25",)),
    ("en", "25May2018", ("2018-05-25",)),
    ("en", "9-21-10", ("2010-09-21",)),
    ("hr", "listopada 2018", ("2018-10",)),
    ("pl", "5 listopada 2018", ("2018-11-05",)),
    ("en", "1-800-333-3330", ()),
    ("en", "2016/679", ()),
    ("en", "10.1.12.5", ()),
    ("en", "05/11/2021", ("2021-05-11", "2021-11-05")),
    ("fr", "05/11/2021", ("2021-11-05",)),
    ("de", "25 Mai. 2018", ("2018-05-25",)),
    ("ja", "２０１８年５月２５日", ("2018-05-25",)),
    ("ru", "25-го мая 2018", ("2018-05-25",)),
    ("en", "May, 25 2018", ("2018-05-25",)),
    ("en", "February, 2011", ("2011-02",)),
    ("en", "2018-05", ("2018-05",)),
    ("et", "25 mai 2018", ("2018-05-25",)),
    ("nb", "25.mai 2018", ("2018-05-25",)),
    ("da", "d. 25. maj 2018", ("2018-05-25",)),
    ("sv", "den 25 maj 2018", ("2018-05-25",)),
    ("pl", "dnia 25 maja 2018 r.", ("2018-05-25",)),
    ("tr", "25 Mayıs 2018'de", ("2018-05-25",)),
    ("ar", "25 مايو، 2018", ("2018-05-25",)),
    ("ar", "25 أيار/مايو 2018", ("2018-05-25",)),
    ("zh", "2018-5-25", ("2018-05-25",)),
    ("en", "the 25th of May 2018", ("2018-05-25",)),
    ("ja", "令和元年5月1日", ("2019-05-01",)),
    ("en", "Sept. 5, 2018", ("2018-09-05",)),
    ("de", "05.2018", ("2018-05",)),
    ("en", "31/31/2018", ()),
    ("en", "February 30, 2018", ()),
    ("de", "13.5.18", ("2018-05-13",)),
    ("th", "25 พ.ค. 2561", ("2018-05-25",)),
    ("th", "25 พ.ค. 61", ()),
    ("en", "May 25,2018", ("2018-05-25",)),
    ("ro", "25 mai, 2018", ("2018-05-25",)),
    ("es", "05/25/2018", ("2018-05-25",)),
]


@pytest.mark.parametrize(("language", "text", "days"), DATES)
def test_a_date_is_read_in_the_forms_of_its_language(language: str, text: str, days: tuple[str, ...]) -> None:
    found = written_dates(plain(f"x {text}"), language)
    assert tuple(day for one in found for day in one.days) == days


def test_dates_have_their_places_and_their_order() -> None:
    line = plain("From 5/25/2018 to 13/6/2018, or May 2019")
    places = [(line[one.start : one.end], one.numeric) for one in written_dates(line, "en")]
    assert places == [("5/25/2018", "month"), ("13/6/2018", "day"), ("may 2019", "")]


def test_a_name_of_different_months_is_read_by_the_language() -> None:
    assert written_dates(plain("5 listopada 2018"), "hr")[0].days == ("2018-10-05",)
    assert written_dates(plain("5 listopada 2018"), None) == []


@pytest.mark.parametrize("piece", ["1 ", "may ", "2018", "1-1-", "2018年", " ,.", "五", "كانون "])
def test_dates_are_searched_in_linear_time(piece: str) -> None:
    began = time.monotonic()
    written_dates(plain(piece * 20_000), "en")
    assert time.monotonic() - began < 2


def test_a_line_of_very_many_dates_is_read_in_one_pass() -> None:
    # Each date was compared with all before it: 90,000 dates took an hour.
    found = written_dates(plain("1 May 2015 " * 90_000), "en")
    assert [one.days for one in found] == [("2015-05-01",)] * 90_000
