"""Discovery on a host with 20,000 rows in the index.

The policy is found, no other address is taken for it, and few requests are made.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.archives import rows
from tests.support.processes import RATES_OFF, Ended, policytrail
from tests.support.wayback.huge_host import DOMAIN, OF_PRIVACY, POLICY, ROWS, HugeHost
from tests.support.wayback.huge_host import rows as index_rows

THE_POLICY = [(POLICY, "privacy", "own", "index", "2005-04-12T10:30:00Z", "2022-04-12T10:30:00Z")]


@pytest.fixture(params=[True, False], ids=["full match", "prefix match"])
def patient(request: pytest.FixtureRequest) -> Iterator[HugeHost]:
    with HugeHost(full_match=request.param) as host:
        yield host


def discover(host: HugeHost, db: Path) -> Ended:
    return policytrail("discover", db, DOMAIN, "--source", host.address, *RATES_OFF)


def lineage(db: Path) -> list[tuple[str, ...]]:
    return rows(db, "select url, kind, relation, ways, first_good, last_good from lineage")


def test_the_host_is_huge():
    listed = index_rows()
    assert (len(listed), len({row[0] for row in listed})) == (ROWS, ROWS - 5)
    assert Counter("privacy" in row[0] and row[2] != POLICY for row in listed)[True] == OF_PRIVACY


def test_the_policy_is_found_among_hundreds_of_products(patient: HugeHost, tmp_path: Path):
    db = tmp_path / "archive.db"
    ended = discover(patient, db)
    assert (ended.status, ended.err) == (0, "")
    assert lineage(db) == THE_POLICY
    # The domain's survey, the captures of the policy, two of these, and the home page that is not there.
    assert Counter(seen.kind for seen in patient.seen) == {"cdx": 3, "replay": 2}
    asked = len(patient.seen)
    assert discover(patient, db).status == 0
    assert len(patient.seen) == asked


def test_an_index_that_times_out_is_asked_in_parts_and_the_next_run_goes_on(tmp_path: Path):
    db = tmp_path / "archive.db"
    with HugeHost(scans_at_most=5_000) as host:
        first = discover(host, db)
        assert (first.status, lineage(db)) == (3, THE_POLICY)
        assert "not answered: 2019 to the last of its subdomains" in first.out
        surveys = host.asked("cdx", about=f"url={DOMAIN}&matchType=domain")
        assert Counter(seen.status for seen in surveys) == {200: 9, 504: 3}
        asked = len(host.seen)
        second = discover(host, db)
        assert (second.status, lineage(db)) == (0, THE_POLICY)
        assert Counter((seen.kind, seen.status) for seen in host.seen[asked:]) == {
            ("cdx", 200): 4,
            ("cdx", 504): 1,
        }
