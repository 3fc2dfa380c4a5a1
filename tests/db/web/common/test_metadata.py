"""What plain Datasette shows of an archive: descriptions, labels instead of numbers, facets, its search."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from db.web.common import metadata
from tests.db.web.conftest import Ask

TOLD = yaml.safe_load((Path(metadata.__file__).parents[1] / "metadata.yaml").read_text())


def test_every_table_and_view_is_described_and_every_description_has_its_column(told: Path) -> None:
    connection = sqlite3.connect(told)
    named = dict(
        connection.execute("select name, type from sqlite_master where type in ('table', 'view')").fetchall()
    )
    shown = {name for name in named if not name.startswith(("versions_fts", "sqlite_"))}
    assert set(TOLD["tables"]) == shown
    for name in shown:
        columns = {row[1] for row in connection.execute(f"pragma table_xinfo({name})")}
        described = TOLD["tables"][name]
        assert set(described.get("columns", ())) <= columns
        assert described.get("label_column", next(iter(columns))) in columns
        facets = described.get("facets", ())
        assert {facet if isinstance(facet, str) else facet["array"] for facet in facets} <= columns
        assert described["description"] if not described.get("hidden") else True


def test_attributes_are_a_facet_where_the_archive_has_some(
    told: Path, serve: Callable[..., Ask], ask_told: Ask
) -> None:
    assert "attributes" not in ask_told("/some+shops/change_log.json").json()["facet_results"]
    with sqlite3.connect(told) as connection:
        connection.executemany(
            "insert into retailer_attributes values (?, ?, ?, '2020-01-01T00:00:00Z')",
            [
                ("alpha.example", "sector", 'toys, "old"'),
                ("alpha.example", "country", "DE"),
                ("beta.example", "country", "DE"),
            ],
        )
    page = serve(told)("/some+shops/latest_policies.json?_nosuggest=1").json()
    counts = {value["value"]: value["count"] for value in page["facet_results"]["attributes"]["results"]}
    assert counts == {"country: DE": 2, 'sector: toys, "old"': 1}
    chosen = serve(told)(
        "/some+shops/latest_policies.json?attributes__arraycontains=country: DE&_shape=array"
    )
    assert [row["retailer"] for row in chosen.json()] == ["alpha.example", "beta.example"]


@pytest.mark.parametrize(
    ("table", "label"),
    [
        ("versions", ">alpha.example</a>"),
        ("versions", ">Privacy</a>"),
        ("changes", ">version 1, 2010-01-01</a>"),
        ("captures", ">http://alpha.example/privacy</a>"),
        ("pages", ">gamma.example</a>"),
    ],
)
def test_labels_stand_for_numbers(ask_told: Ask, table: str, label: str) -> None:
    assert label in ask_told(f"/some+shops/{table}").text


def test_descriptions_and_facets_are_shown(ask_told: Ask) -> None:
    page = ask_told("/some+shops/change_log").text
    assert "Every change of a policy, with the two captures of its bracket" in page
    assert (
        'data-column-description="The last capture that shows the old text.'
        ' The change lies between it and first_new."' in page
    )
    facets = ask_told("/some+shops/captures.json").json()["facet_results"]
    assert {value["value"]: value["count"] for value in facets["verdict"]["results"]} == {
        "policy": 10,
        "soft-404": 1,
    }
    assert "<strong>between</strong>" in ask_told("/some+shops").text
    assert "_sqlite_migrations" not in ask_told("/some+shops").text


@pytest.mark.parametrize(("table", "found"), [("versions", 3), ("timeline", 3)])
def test_datasettes_own_search_looks_in_the_texts(ask_told: Ask, table: str, found: int) -> None:
    answer = ask_told(f'/some+shops/{table}.json?_search="do not sell"')
    assert answer.json()["filtered_table_rows_count"] == found


def test_a_user_goes_first(told: Path, serve: Callable[..., Ask]) -> None:
    own = {
        "databases": {
            "some shops": {
                "tables": {"versions": {"description": "Ours"}},
                "queries": {"first_mention": "select 7"},
            }
        }
    }
    ask = serve(told, metadata=own)
    page = ask("/some+shops/versions").text
    assert "Ours" in page
    assert "When it ended" not in page
    assert "The first capture that shows this wording." in page
    assert ask("/some+shops/first_mention.json?_shape=arrayfirst").json() == [7]
    assert ask("/some+shops/first_mention.json?_shape=arrayfirst").json() == [7]


def test_only_archives_are_described_whatever_their_names(
    told: Path, tmp_path: Path, serve: Callable[..., Ask]
) -> None:
    stranger = tmp_path / "archive.db"
    connection = sqlite3.connect(stranger)
    connection.execute("create table versions (id integer primary key, number integer)")
    connection.close()
    ask = serve(stranger, told)
    assert set(ask("/-/metadata.json").json()["databases"]) == {"some shops"}
    assert "A distinct wording" not in ask("/archive/versions").text
    assert ask("/archive/first_mention").status_code == 404
    assert ask("/some+shops/first_mention").status_code == 200


def test_an_archive_of_an_older_policytrail_is_shown_as_far_as_it_goes(
    told: Path, serve: Callable[..., Ask]
) -> None:
    connection = sqlite3.connect(told)
    connection.execute("alter table versions drop column label")
    connection.execute("drop table saves")
    connection.commit()
    connection.close()
    ask = serve(told)
    assert ask("/some+shops/changes").status_code == 200
    assert "A distinct wording" in ask("/some+shops/versions").text


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/versions",
        "/change_log",
        "/first_mention",
        "/-/search?q=sell",
        "/-/trends?q=sell",
        "/-/changes.atom",
    ],
)
def test_a_file_that_nobody_may_write(told: Path, serve: Callable[..., Ask], path: str) -> None:
    told.chmod(0o444)
    ask = serve(immutables=[str(told)])
    assert ask(f"/some+shops{path}").status_code == 200


def test_each_of_several_archives_answers_for_itself(
    told: Path, shop: Path, serve: Callable[..., Ask]
) -> None:
    ask = serve(told, shop)
    found = [ask(f"/{name}/-/search.json?q=sell").json()["versions"] for name in ("some+shops", "archive")]
    assert found == [3, 0]
    assert ask("/nowhere/-/search?q=sell").status_code == 404


def test_who_may_not_see_an_archive_may_not_search_it(told: Path, serve: Callable[..., Ask]) -> None:
    ask = serve(told, metadata={"databases": {"some shops": {"allow": {"id": "root"}}}})
    for path in (
        "-/search.json?q=sell",
        "-/trends?q=sell",
        "-/changes.atom",
        "-/policies/alpha.example/changes.atom",
    ):
        answer = ask(f"/some+shops/{path}")
        assert answer.status_code == 404
        assert "alpha" not in json.dumps(answer.text).replace("alpha.example/changes", "")
