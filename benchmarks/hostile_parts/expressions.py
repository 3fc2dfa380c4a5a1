"""Every regular expression on texts that are slow for it, if any is."""

from __future__ import annotations

import itertools
import json
import re
import sys
import time
from collections.abc import Iterator

from common import ROOT, Place, Row, run

from tests.support.regexes.collect import expressions
from tests.support.regexes.exceptions import method_of
from tests.support.regexes.growth import find

SIZES = (10_000, 20_000, 40_000)
LEAST = 0.05
"""Seconds. Shorter times say nothing about growth."""
GROWTH = 3.0
"""Twice the text takes twice the time; four times would be the square."""
PLAIN = (
    "privacy ",
    "a",
    " ",
    "1 May 2020 ",
    "version ",
    '\\"',
    "<!--",
    "](",
    "(c) ",
    ". ",
    "\u0e01\u0e31",
    "-",
    "1",
)
ATTEMPTS = 3
SECONDS = 2.0
"""A text on which an expression takes longer is not tried with more."""


def rows(place: Place) -> Iterator[Row]:
    """Time each expression; yield a row for each that grows too fast, and one for all others."""
    ended = run(sys.executable, "-m", "tests.support.regexes.collect", cwd=ROOT)
    seen: set[tuple[str | bytes, int]] = set()
    slowest, count = 0.0, 0
    for site, pattern, flags in expressions(json.loads(ended.output)):
        method = method_of(site)
        if method is None or (pattern, flags) in seen:
            continue
        seen.add((pattern, flags))
        count += 1
        for text in texts(pattern, flags, method):
            took = times(pattern, flags, method, text)
            slowest = max(slowest, *took)
            pairs = [later / earlier for earlier, later in itertools.pairwise(took) if later > LEAST]
            if pairs and max(pairs) > GROWTH:
                shown = ", ".join(f"{seconds:.2f}" for seconds in took)
                yield Row("regex", f"{site} on {text[:20]!r}", f"grows too fast: {shown} s", max(took))
    yield Row("regex", f"{count} expressions on 10, 20 and 40 kB", "", slowest)


def texts(pattern: str | bytes, flags: int, method: str) -> list[str]:
    """Return short texts to repeat: those that every expression gets, and the one found for this one."""
    found = find(pattern, flags, method)
    return [*PLAIN, *([found.before + found.loop] if found and len(found.loop) < 40 else [])]


def times(pattern: str | bytes, flags: int, method: str, text: str) -> list[float]:
    """Return the least of some processor times for each size, in seconds; fewer if the first are long."""
    took = []
    compiled = re.compile(pattern, flags)
    for size in SIZES:
        whole = (text * (size // len(text) + 1))[:size] + "\n\x00"
        attempts = []
        for _ in range(ATTEMPTS):
            began = time.thread_time()
            subject = whole.encode("utf-8") if isinstance(pattern, bytes) else whole
            if method == "search":
                sum(1 for _ in compiled.finditer(subject))
            else:
                getattr(compiled, method)(subject)
            attempts.append(time.thread_time() - began)
            if attempts[-1] < LEAST / 4:
                break
        took.append(min(attempts))
        if took[-1] > SECONDS:
            break
    return took
