"""Choose the captures that labels.csv judges by eye.

The rule was written before anybody looked at them. Run from the project's root: python
benchmarks/choose_labels.py (prints domain,timestamp,url,aside).

Each retailer outside judged.json has six captures (or all, if it has fewer): three uniformly at random, then
the three oddest of the rest. Oddness is |ln(length / median length)| plus 1 - n / m: n captures of the
retailer begin with the same 200 bytes, and m is the largest such n. A body of the same length and beginning
as a chosen one waits until no other is left. A third of all, at random, is set aside: nothing may be tuned on
it.
"""

import csv
import json
import math
import random
import statistics
import sys
from collections import Counter, defaultdict
from pathlib import Path

from crawler.importing import warc_reader

CORPUS = Path("../shared/corpus/retailers")
SEED, EACH = 20261121, 6


def chosen(captures: list[warc_reader.Record], rng: random.Random) -> list[warc_reader.Record]:
    """Return half of EACH at random, and the rest by oddness, different bodies first."""
    captures = sorted(captures, key=lambda c: (c.timestamp, c.original))
    median = statistics.median(len(c.body or b"") for c in captures)
    heads = Counter((c.body or b"")[:200] for c in captures)
    commonest = max(heads.values())

    def oddness(capture: warc_reader.Record) -> float:
        body = capture.body or b""
        return abs(math.log((len(body) + 1) / (median + 1))) + 1 - heads[body[:200]] / commonest

    def looks(capture: warc_reader.Record) -> tuple[int, bytes]:
        return len(capture.body or b""), (capture.body or b"")[:200]

    picked = rng.sample(captures, min(EACH // 2, len(captures)))
    while len(picked) < min(EACH, len(captures)):
        seen = {looks(c) for c in picked}
        left = [c for c in captures if c not in picked]
        picked.append(max([c for c in left if looks(c) not in seen] or left, key=oddness))
    return picked


def main() -> None:
    judged = json.loads((CORPUS / "judged.json").read_text())
    with (CORPUS / "retailers.csv").open(newline="") as file:
        domains = {row["policy_url"]: row["domain"] for row in csv.DictReader(file)}
    captures = defaultdict(list)
    for capture in warc_reader.read(CORPUS / "retailers.warc.gz"):
        if domains[capture.original] not in judged:
            captures[domains[capture.original]].append(capture)
    rng = random.Random(SEED)
    rows = [
        (domain, c.timestamp, c.original)
        for domain in sorted(captures)
        for c in chosen(captures[domain], rng)
    ]
    aside = set(rng.sample(rows, len(rows) // 3))
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["domain", "timestamp", "url", "aside"])
    out.writerows((*row, int(row in aside)) for row in sorted(rows))


if __name__ == "__main__":
    main()
