"""The figures of docs/extraction.md, on the corpus next to the project; skipped if it is not there."""

import json
import re
import statistics
import sys

import pytest

from extract import extract_policy
from tests.support.paths import SHARED

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def scores():
    sys.path.insert(0, str(SHARED / "bench"))
    from score_pairs import pages  # noqa: PLC0415
    from scoring import overlap  # noqa: PLC0415

    return {
        name: overlap(extract_policy(body, url=url, timestamp=stamp).body, gold)
        for folder in ("pairs", "wayback-pairs")
        for name, body, gold, url, stamp in pages(SHARED / "corpus" / folder)
    }


def test_pages_are_close_to_the_hand_made_texts(scores):
    pages = [score for name, score in scores.items() if "(hub)" not in name]
    assert statistics.mean(f1 for _, _, f1 in pages) >= 0.99
    assert statistics.mean(recall for _, recall, _ in pages) >= 0.99
    assert min(f1 for _, _, f1 in pages) >= 0.9


def test_of_hubs_the_privacy_part_is_kept(scores):
    hubs = [score for name, score in scores.items() if "(hub)" in name]
    assert statistics.mean(precision for precision, _, _ in hubs) >= 0.9
    assert statistics.mean(recall for _, recall, _ in hubs) >= 0.97


def test_bad_captures_of_the_judged_retailers_are_told_apart():
    iterator = pytest.importorskip("warcio.archiveiterator")
    folder = SHARED / "corpus" / "retailers"
    judged = json.loads((folder / "judged.json").read_text())
    domains = {}
    for line in (folder / "retailers.csv").read_text().splitlines()[1:]:
        domain, url, *_ = line.split(",")
        domains[url] = domain
    wrong = []
    with (folder / "retailers.warc.gz").open("rb") as file:
        for record in iterator.ArchiveIterator(file):
            url = record.rec_headers.get("WARC-Target-URI")
            stamp = re.sub(r"\D", "", record.rec_headers.get("WARC-Date"))
            if domains.get(url) in judged:
                bad = stamp in judged[domains[url]]["bad"]
                document = extract_policy(
                    record.content_stream().read(), url=url, timestamp=stamp, status=200
                )
                if (document.verdict == "policy") == bad:
                    wrong.append((domains[url], stamp, document.verdict))
    assert wrong == []
