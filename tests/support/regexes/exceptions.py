"""Expressions that the source alone shows to be slower than they are."""

from tests.support.regexes.collect import Site

# Expressions that only the method `fullmatch` uses, though the source does not show it in the same line.
WHOLE = {
    "crawler/importing/folders.py:WARC": "is passed to a function",
    "crawler/importing/folders.py:_MARKDOWN": "is passed to a function",
    "crawler/webarchive/cdx_rows.py:_DIGEST": "is passed to a function",
    "db/history/comparison/beside_policy/menu_names.py:BUTTON": "menus.py uses it",
    "db/history/comparison/beside_policy/menu_names.py:CONTROL": "menus.py uses it",
    "db/history/comparison/beside_policy/menu_names.py:CONTROL_LINE": "menus.py uses it",
    "db/history/comparison/beside_policy/menu_names.py:STYLE": "menus.py uses it",
    "extract/claims/polarity.py:_NEAR": "is called in a generator",
    "extract/content/boilerplate.py:_NAMES": "is in a list",
    "extract/content/boilerplate.py:_UNRELIABLE_NAMES": "is in a list",
    "extract/content/documents/names.py:_names": "is made by a function",
    "extract/stated_date.py:_COLON": "begins at the last label before a date: once for each date",
}
# Expressions with a finding, but no text that they see is slow.
BOUNDED = {
    "extract/claims/triggers.py:compiled": "reads at most 1,500 characters of a sentence",
    "extract/claims/triggers.py:quick": "reads at most 1,500 characters of a sentence",
    "extract/claims/recipients.py:_COMPANY": "reads at most 1,500 characters of a sentence",
    "crawler/demo/build.py:_PLACEHOLDER": "reads the pages of the demonstration, which are ours",
    "crawler/discovery/classify/document_kind.py:_HEADING": "reads lines: without a line feed it matches",
    "crawler/importing/warc_checks.py:_END": "reads the last 2,000 bytes of a body",
    "db/urlkey.py:_PATH_SESSION": "reads addresses, which have a longest length",
    "db/history/comparison/words.py:_WORD": "its last alternative takes what the first reads in vain",
    "db/history/comparison/words.py:_UNSPACED_END": "reads 20 characters",
    "db/history/comparison/statements.py:_SIGNS_WITHOUT_SPACES": "eight signs match: seven attempts fail",
    "extract/stated_date.py:_CONTINUES": "begins behind a date: once for each date",
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


def method_of(site: Site) -> str | None:
    """Return the method that uses an expression ("search", "match", "fullmatch"), None for BOUNDED."""
    name = str(site)
    if name in BOUNDED:
        return None
    return "fullmatch" if name in WHOLE else site.method
