"""Every regular expression of policytrail takes time in proportion to its text, whatever the text is."""

import json
import re
import subprocess
import sys

import pytest

from crawler.discovery.from_index import urlkey_pattern
from tests.support.paths import ROOT
from tests.support.regexes.collect import Site, expressions, sites
from tests.support.regexes.exceptions import BOUNDED, WHOLE, method_of
from tests.support.regexes.growth import find


@pytest.fixture(scope="module")
def collected() -> list[tuple[Site, str | bytes, int]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.regexes.collect"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return expressions(json.loads(done.stdout))


@pytest.mark.slow
def test_every_expression_is_linear(collected):
    slow = {}
    for site, pattern, flags in collected:
        method = method_of(site)
        if method and (finding := find(pattern, flags, method)):
            slow[str(site)] = finding
    assert slow == {}


def test_every_line_with_an_expression_is_known(collected):
    unknown = {str(site) for site in sites()} - {str(site) for site, _pattern, _flags in collected}
    assert unknown == {"crawler/discovery/from_common_paths.py:_is_answered"}  # uses the one below
    assert find(urlkey_pattern(), 0, "match") is None


def test_exceptions_exist(collected):
    names = {str(site) for site, _pattern, _flags in collected}
    assert (WHOLE.keys() | BOUNDED.keys()) - names == set()


@pytest.mark.parametrize(
    ("pattern", "method", "kind"),
    [
        (r"\s+$", "search", "search"),
        (r"\s+$", "match", None),
        (r"\s++$", "search", "search"),  # possessive, but begun at each space
        (r"(?<!\s)\s+$", "search", None),
        (r"\b\w+x", "search", None),
        (r"\w+\b", "search", None),
        (r"a+b|a", "search", "search"),
        (r"(?=\s*;)", "search", "search"),
        ("<!--.*?-->", "search", "search"),
        ('"[^"]*"', "search", None),
        (r"!?\[([^\[\]]*)\]\(", "search", None),
        ("(?:a+)+b", "match", "match"),
        (r"(?:\s*\w*)*;", "match", "nested"),
        ("(?:a|ab|b)*c", "match", "match"),
        ("(?:ab|cd|e)*f", "match", None),
        ("a*a*b", "match", "match"),
        ("a*+a*b", "match", None),
        (r"\s*,?\s+x", "match", "match"),
        (r"(?:\s*+,)?\s+x", "match", None),
        (".*:.*", "fullmatch", "match"),
        ("(?:-?(?:[a-c]|[0-9]+))*", "fullmatch", "match"),
        ("(?:-?(?:[a-c]|[0-9]+))*", "match", None),  # it matches whatever follows
        (r"(\w) \1+x", "match", None),
        (r"x.{0,60}y", "search", None),
        (r"x.{0,9000}y", "search", "search"),
    ],
)
def test_findings(pattern, method, kind):
    found = find(pattern, re.I, method)
    assert (found and found.kind) == kind


def test_a_finding_has_a_text_that_shows_it():
    found = find(r"[^\W\d_]{4,}\.", 0, "search")
    assert found is not None
    assert (found.before, found.loop, found.after) == ("aaaa", "aaaa", "")
    assert found.text(12) == "a" * 16
