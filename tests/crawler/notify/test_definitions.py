"""Notifiers by name, from the file and the environment; no error shows an address."""

import tomllib

import pytest

from crawler.errors import NotifierError
from crawler.notify.definitions import LIMIT, VARIABLE, Notifier, chosen
from db.query.changes import ChangeFilter
from tests.support.receivers import TOKEN

FILE = f"""
[notify.team]
urls = ["slack://{TOKEN}/a/b", "ntfy://{TOKEN}"]
retailers = ["www.shop.example"]
min-words = 20
kinds = ["wording", "presentation"]
announced = "silent"
suspect = false
limit = 5
[notify.me]
urls = "mailto://me:{TOKEN}@mail.example"
[notify.later]
min-words = 3
"""


def find(*names: str, file: str = FILE, environment: str = "") -> list[Notifier]:
    return chosen(names, tomllib.loads(file).get("notify", {}), {VARIABLE: environment})


def test_a_notifier_with_its_filter() -> None:
    (team,) = find("team", "team")
    assert team == Notifier(
        "team",
        (f"slack://{TOKEN}/a/b", f"ntfy://{TOKEN}"),
        ChangeFilter(
            ("shop.example",),
            min_words=20,
            kinds=("wording", "presentation"),
            announced=("silent",),
            suspect=False,
        ),
        5,
    )
    assert TOKEN not in repr(team)


def test_one_address_and_nothing_else() -> None:
    assert find("me") == [Notifier("me", (f"mailto://me:{TOKEN}@mail.example",))]
    assert find("me")[0].limit == LIMIT


def test_the_environment_has_addresses_for_filters_of_the_file() -> None:
    environment = f"later=json://{TOKEN}?a=b me=xml://x\n  me=xml://y new=ntfy://z"
    later, me, new = find("later", "me", "new", environment=environment)
    assert (later.urls, later.wanted.min_words) == ((f"json://{TOKEN}?a=b",), 3)
    assert me.urls == ("xml://x", "xml://y")
    assert new.urls == ("ntfy://z",)


def test_nothing_is_defined_and_nothing_wanted() -> None:
    assert find(file="") == []


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            ["teem"],
            "no notifier is named 'teem': define [notify.teem] in policytrail.toml, or POLICY",
        ),
        (["later"], "[notify.later] has no address: set its urls, or POLICYTRAIL_NOTIFY"),
        (
            [f"slack://{TOKEN}"],
            "--notify takes the NAME of a table [notify.NAME] in policytrail.toml, never an",
        ),
        ([""], "--notify takes the NAME of a table [notify.NAME] in policytrail.toml, never an address"),
    ],
)
def test_wrong_names(names: list[str], message: str) -> None:
    with pytest.raises(NotifierError) as failed:
        find(*names)
    assert str(failed.value).startswith(message)
    assert TOKEN not in str(failed.value)


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (
            f"notify = '{TOKEN}'",
            "policytrail.toml: notify is no table: write [notify.NAME] with the key",
        ),
        (f"[notify]\nurls = '{TOKEN}'", "policytrail.toml: a table of notify has the form [notify.NAME]"),
        (f"[notify.'{TOKEN}://x']", "policytrail.toml: a table of notify has the form [notify.NAME]"),
        (
            f"[notify.a]\n'{TOKEN}' = 1",
            "[notify.a] has a key that is none of urls, retailers, min-words, kinds,",
        ),
        ("[notify.a]\nurls = 1", "[notify.a]: urls is a list of texts"),
        ("[notify.a]\nurls = [1]", "[notify.a]: urls is a list of texts"),
        ("[notify.a]\nkinds = ['words']", "[notify.a]: kinds can have wording, presentation, extractor"),
        (
            "[notify.a]\nannounced = 'loud'",
            "[notify.a]: announced can have announced, ahead, silent, undated,",
        ),
        ("[notify.a]\nfinding = 'gossip'", "[notify.a]: finding can have "),
        ("[notify.a]\nmove = ['added', 'removed']", "[notify.a]: move is one text"),
        ("[notify.a]\nsuspect = 'no'", "[notify.a]: suspect is true or false"),
        ("[notify.a]\nmin-words = -1", "[notify.a]: min-words is a number from 0 on"),
        ("[notify.a]\nmin-words = true", "[notify.a]: min-words is a number from 0 on"),
        ("[notify.a]\nlimit = 0", "[notify.a]: limit is a number from 1 on"),
    ],
)
def test_wrong_tables(file: str, message: str) -> None:
    with pytest.raises(NotifierError) as failed:
        find("a", file=file)
    assert str(failed.value).startswith(message)
    assert TOKEN not in str(failed.value)


@pytest.mark.parametrize("environment", [TOKEN, f"slack://{TOKEN}", f"={TOKEN}", "a=", f"a b={TOKEN}"])
def test_a_wrong_variable(environment: str) -> None:
    with pytest.raises(NotifierError) as failed:
        find("b", environment=environment)
    assert str(failed.value) == "POLICYTRAIL_NOTIFY: part 1 is not of the form NAME=ADDRESS"
