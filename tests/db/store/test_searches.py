import pytest

from db.database import transaction
from db.store import searches
from tests.support.shop import Shop


@pytest.mark.parametrize(("state", "expected"), [("part", "2026-01-02T00:00:00Z"), ("complete", None)])
def test_when_a_search_last_ended_early(shelf: Shop, state: str, expected: str | None) -> None:
    found = [("arquivo.pt", "known", "complete"), ("arquivo.pt", "home", state)]
    found += [("arquivo.pt", "path", "complete"), ("web.archive.org", "home", "failed")]
    with transaction(shelf.db):
        for day, (archive, way, ended) in enumerate(found, 1):
            searches.record(shelf.db, "shop.example", archive, way, ended)
            shelf.db.execute(
                "update searches set asked_at = ? where archive = ? and way = ?",
                [f"2026-01-0{day}T00:00:00Z", archive, way],
            )
    assert searches.interrupted_at(shelf.db, "shop.example", "arquivo.pt") == expected
