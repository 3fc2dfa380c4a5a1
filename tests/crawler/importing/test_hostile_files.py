"""Damaged WARC and WACZ files, and bombs: an import ends with a report, and the archive is sound."""

import random
from pathlib import Path

import pytest

from crawler.webarchive import content_encoding
from tests.support import archives, hostile_warcs
from tests.support.processes import policytrail

SEED = 17
FILES = hostile_warcs.all_of(random.Random(SEED))


@pytest.mark.fuzz
@pytest.mark.e2e
@pytest.mark.parametrize(("name", "body"), [one[1:] for one in FILES], ids=[one[0] for one in FILES])
def test_every_file_can_be_imported(tmp_path: Path, name: str, body: bytes):
    (tmp_path / name).write_bytes(body)
    ended = policytrail("import", tmp_path / "a.db", tmp_path / name, "--jobs", 1)
    assert ended.status in (0, 2, 3), ended
    assert "Traceback" not in ended.out + ended.err
    if (tmp_path / "a.db").exists():
        assert policytrail("verify", tmp_path / "a.db", "--jobs", 1).status == 0


@pytest.mark.e2e
def test_a_page_of_many_megabytes_costs_only_itself(tmp_path: Path):
    # Its body was stored, could never be read again, and no capture of the archive could be judged.
    bomb, db = tmp_path / "bomb.warc.gz", tmp_path / "a.db"
    hostile_warcs.write_bomb(bomb, content_encoding.MAX_BYTES / 1e9 + 0.01)
    assert bomb.stat().st_size < 200_000
    ended = policytrail("import", db, bomb, "--jobs", 1)
    assert (ended.status, ended.err) == (0, "")
    captures = archives.rows(db, "select state, verdict, reason from captures order by timestamp")
    assert [(state, verdict) for state, verdict, _ in captures] == [
        ("fetched", "policy"),
        ("failed", None),
        ("fetched", "policy"),
    ]
    assert captures[1][2] == "the body is larger than 64 MB"
    assert policytrail("verify", db, "--jobs", 1).status == 0
