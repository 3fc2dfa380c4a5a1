#!/usr/bin/env python3
"""Precision and recall of each verdict, on captures labelled by eye.

The labels are in tests/extract/labels.csv. Run from the project's root: python benchmarks/verdicts.py. A
third of the labels was set aside before any tuning; the second table shows these. Needs the corpus beside the
project.
"""

import csv
import sys
from collections import Counter
from pathlib import Path

from crawler.importing import warc_reader
from extract import extract_policy

LABELS = Path(__file__).parents[1] / "tests" / "extract" / "labels.csv"
CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "retailers" / "retailers.warc.gz"


def judged(file: Path = CORPUS) -> list[tuple[dict[str, str], str]]:
    """Return each label with the extractor's verdict."""
    with LABELS.open(newline="") as lines:
        labels = {(row["timestamp"], row["url"]): row for row in csv.DictReader(lines)}
    return [
        (
            labels[record.timestamp, record.original],
            extract_policy(record.body or b"", url=record.original, status=record.status).verdict,
        )
        for record in warc_reader.read(file)
        if (record.timestamp, record.original) in labels
    ]


def table(pairs: list[tuple[str, str]]) -> list[str]:
    """Return one line per verdict: its number by eye, precision and recall ("-" without a denominator)."""
    right = Counter(label for label, verdict in pairs if label == verdict)
    labels, verdicts = Counter(label for label, _ in pairs), Counter(verdict for _, verdict in pairs)
    lines = []
    for name in sorted(labels | verdicts, key=lambda name: -labels[name]):
        precision, recall = (
            f"{right[name] / of[name]:.3f}" if of[name] else "-" for of in (verdicts, labels)
        )
        lines.append(f"{name:14s} {labels[name]:4d}  precision {precision:5s}  recall {recall:5s}")
    return lines


if __name__ == "__main__":
    if not CORPUS.exists():
        sys.exit(f"the corpus is not at {CORPUS}")
    found = judged()
    for title, chosen in (("all", found), ("put aside", [pair for pair in found if pair[0]["aside"] == "1"])):
        print(f"{title}: {len(chosen)} captures")
        print("\n".join(table([(label["verdict"], verdict) for label, verdict in chosen])), "\n")
