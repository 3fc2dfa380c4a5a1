"""The static site of the demonstration: its files, its links, and a stop in the middle."""

import re
from collections import Counter
from pathlib import Path

from tests.support import sites
from tests.support.demo import Demo
from tests.support.processes import POLICYTRAIL, kill, policytrail, start, wait_until

KINDS = {
    r"(index|health|panel|search)(-[0-9]+)?\.html": "list",
    r"changes(-[0-9-]+)?\.html": "changes",
    r"policies/[^/]+/index\.html": "retailer",
    r"policies/[^/]+/promises\.html": "promises",
    r"policies/[^/]+/[0-9]{14}\.html": "version",
    r"policies/[^/]+/[0-9]{14}-[0-9]{14}\.html": "comparison",
    r"(policies/[^/]+/)?changes\.atom": "feed",
    r"search/.*\.json": "index",
    r"static/.*": "static",
    r"robots\.txt": "robots",
}


def kind_of(path: str) -> str:
    return next((kind for pattern, kind in KINDS.items() if re.fullmatch(pattern, path)), path)


def test_the_site_of_the_demonstration(demo_run: Demo, tmp_path: Path):
    assert policytrail("export", demo_run.archive, tmp_path / "site", "--format", "site").status == 0
    files = sites.files(tmp_path / "site")
    counted = Counter(map(kind_of, files))
    assert {kind: counted.pop(kind) for kind in ("retailer", "version", "comparison", "feed", "robots")} == {
        "retailer": 18,
        "version": 73,
        "comparison": 57,
        "feed": 19,
        "robots": 1,
    }
    assert set(counted) == {"list", "changes", "promises", "index", "static"}
    assert sites.broken(tmp_path / "site") == []
    assert [link for _, link in sites.links(tmp_path / "site") if link.startswith("/")] == []


def test_no_page_of_the_server_leads_to_what_the_site_forgot(demo_run: Demo):
    assert sites.unknown(demo_run.archive) == []


def test_a_killed_export_goes_on(demo_run: Demo, tmp_path: Path):
    whole, out = tmp_path / "whole", tmp_path / "site"
    assert policytrail("export", demo_run.archive, whole, "--format", "site").status == 0
    process = start(*POLICYTRAIL, "export", demo_run.archive, out, "--format", "site")
    wait_until(lambda: len(list(out.rglob("*.html"))) > 20, "some pages are written")
    kill(process)
    there = {path for path in sites.files(out) if not Path(path).name.startswith(".")}
    assert all((out / path).read_bytes() == (whole / path).read_bytes() for path in there)
    ended = policytrail("export", demo_run.archive, out, "--format", "site")
    assert ended.status == 0
    assert sites.files(out) == sites.files(whole)
    assert f", {len(there)} there already" in ended.out
