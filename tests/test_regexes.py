"""Every regular expression of policytrail takes time in proportion to its text, whatever the text is."""

import json
import re
import subprocess
import sys

import pytest

from crawler.discovery.from_index import urlkey_pattern
from tests.support.paths import ROOT
from tests.support.regexes.collect import Site, expressions, sites
from tests.support.regexes.growth import find

# Expressions that only the method `fullmatch` uses, though the source does not show it in the same line.
WHOLE = {
    "crawler/importing/folders.py:_WARC": "is passed to a function",
    "crawler/importing/folders.py:_MARKDOWN": "is passed to a function",
    "crawler/webarchive/cdx_rows.py:_DIGEST": "is passed to a function",
    "extract/content/boilerplate.py:_NAMES": "is in a list",
    "extract/content/boilerplate.py:_UNRELIABLE_NAMES": "is in a list",
    "extract/content/documents/names.py:_names": "is made by a function",
    "extract/stated_date.py:_COLON": "begins at the last label before a date: once for each date",
}
# Expressions with a finding, but no text that they see is slow.
BOUNDED = {
    "crawler/demo/build.py:_PLACEHOLDER": "reads the pages of the demonstration, which are ours",
    "crawler/discovery/classify/document_kind.py:_HEADING": "reads lines: without a line feed it matches",
    "crawler/importing/warc_checks.py:_END": "reads the last 2,000 bytes of a body",
    "db/urlkey.py:_PATH_SESSION": "reads addresses, which have a longest length",
    "db/history/comparison/words.py:_WORD": "its last alternative takes what the first reads in vain",
    "db/history/comparison/words.py:_UNSPACED_END": "reads 20 characters",
    "db/history/comparison/tokenized.py:_SIGNS_WITHOUT_SPACES": "eight signs match: seven attempts fail",
    "extract/content/menus/menu_lines.py:_LAST_WORD": "reads 50 characters",
    "extract/content/data/js_literals.py:_TOKEN": "begins where a token ended; an escaped quote is one",
    "extract/content/data/script_data.py:_STRING": "begins at `=` and a quote: that closes an open string",
    "extract/decoding/charset.py:_COMMENT": "reads the first 4,096 bytes of a body",
    "extract/html/accordions.py:_ALL": "reads less than 60 characters",
    "extract/html/set_aside.py:_COMMENT": "begins where a tag ended; a comment without an end is the last",
    "extract/html/set_aside.py:_NEXT": "begins where the last tag ended, and always matches",
    "extract/html/set_aside.py:_TAG": "begins where a tag ended; a tag without an end is the last",
    "extract/html/set_aside.py:_DRAWING_MARKS": "a tag without an end lasts to the end of the page",
}


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
        name = str(site)
        if name not in BOUNDED:
            finding = find(pattern, flags, "fullmatch" if name in WHOLE else site.method)
            if finding:
                slow[name] = finding
    assert slow == {}


def test_every_line_with_an_expression_is_known(collected):
    unknown = {str(site) for site in sites()} - {str(site) for site, _pattern, _flags in collected}
    assert unknown == {"crawler/discovery/from_common_paths.py:_is_answered"}
    assert find(urlkey_pattern(), 0, "match") is None  # the one that it uses


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
