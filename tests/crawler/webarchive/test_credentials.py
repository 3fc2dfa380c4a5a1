import pytest

from crawler.errors import KeysError, NoSaveError
from crawler.webarchive.credentials import Keys, check
from crawler.webarchive.sources import find

ACCESS, SECRET = "AcCeSsKeY1234567", "sEcReTkEy7654321"


def test_keys_come_from_the_environment_and_show_in_nothing_but_the_header():
    keys = Keys.read({"IA_ACCESS_KEY": f" {ACCESS}", "IA_SECRET_KEY": f"{SECRET}\n"})
    assert keys.authorization == f"LOW {ACCESS}:{SECRET}"
    assert ACCESS not in f"{keys} {keys!r}"
    assert SECRET not in f"{keys} {keys!r}"
    assert keys.hidden_in(f"{ACCESS} and {SECRET}{SECRET}".encode()) == b"[key] and [key][key]"


@pytest.mark.parametrize(
    "key",
    [
        "short",
        "with:colon:inside",
        "with space inside",
        "line\r\nX-Other: 1",
        "schlüssel-mit-umlaut",
        "x" * 200,
    ],
)
def test_what_cannot_be_a_key_is_not_repeated(key: str):
    with pytest.raises(KeysError) as caught:
        Keys.read({"IA_ACCESS_KEY": ACCESS, "IA_SECRET_KEY": key})
    assert "IA_SECRET_KEY cannot be a key" in str(caught.value)
    assert key not in str(caught.value)


@pytest.mark.parametrize(
    "environment", [{}, {"IA_ACCESS_KEY": ACCESS}, {"IA_SECRET_KEY": SECRET, "IA_ACCESS_KEY": " "}]
)
def test_missing_keys(environment: dict[str, str]):
    with pytest.raises(KeysError, match="into IA_ACCESS_KEY and IA_SECRET_KEY"):
        Keys.read(environment)


@pytest.mark.parametrize(
    ("source", "save"),
    [
        ("web.archive.org", "https://web.archive.org/save"),
        ("https://archive.example/wayback/", "https://archive.example/wayback/save"),
        ("http://127.0.0.1:8001", "http://127.0.0.1:8001/save"),
        ("http://127.8.9.1", "http://127.8.9.1/save"),
        ("http://[::1]:8001", "http://[::1]:8001/save"),
        ("http://localhost:8001", "http://localhost:8001/save"),
    ],
)
def test_where_keys_may_go(source: str, save: str):
    assert check(find(source)) == save


@pytest.mark.parametrize(
    "source",
    ["arquivo.pt", "pywb+https://archive.example/all", "http://archive.example",
     "http://127.0.0.1.archive.example",
     "http://localhost.archive.example", "http://10.0.0.1", "http://[::2]"],
)  # fmt: skip
def test_where_they_may_not(source: str):
    with pytest.raises(NoSaveError):
        check(find(source))
