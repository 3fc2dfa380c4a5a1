"""Random edits in real texts: log, diff, page, feed and exports agree word for word."""

import random
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

import extract
from db.database import open_archive
from db.export.evidence import ExportFilter
from db.export.exported_changes import changes
from db.export.tables.changes import row
from db.history import explain
from db.history.comparison.words import split
from db.news import entries
from db.news.html import content
from db.query import changes as query
from db.query import comparisons, reports
from db.query.changes import ChangeFilter
from db.query.spans import spans
from db.web.pages.comparison import read_comparison
from db.web.pages.comparison_parts import runs_of
from extract.html.source_text import source_text
from tests.support.citations import CITING
from tests.support.paths import ROOT
from tests.support.shop import Shop

PAGES = sorted((ROOT / "crawler" / "demo" / "pages").glob("*/20*.html"))
CHINESE = "# 隐私政策\n\n" + "\n\n".join(
    f"## 第{number}节\n\n我们会在订单完成后保留您的数据{number}年,之后删除。我们不会出售您的个人信息。"
    for number in "一二三四五六七"
)
SIDES = ("old", "new")
OTHER = ("never", "May 25, 2018", "we may share it", "数据", "(c) a copy", "NOT", "30", "e-mail.")


@cache
def policies() -> list[str]:
    """The texts of the shops of the demonstration, and one in a script without spaces."""
    texts = [extract.extract_policy(page.read_bytes(), url="http://shop.example/").markdown for page in PAGES]
    return [text for text in texts if len(text) > 2000] + [CHINESE]


def edited(text: str, rng: random.Random) -> str:
    """Change, add, remove and move words, sentences and paragraphs."""
    for _ in range(rng.randint(1, 5)):
        kind = rng.choice(("word", "word", "sentence", "paragraph", "case"))
        parts = {"sentence": re.split(r"(?<=[.。]) ?", text), "paragraph": text.split("\n\n")}.get(
            kind, text.split(" ")
        )
        if len(parts) < 4:
            parts = list(text)
        glue = {"sentence": " ", "paragraph": "\n\n"}.get(kind, " ") if parts != list(text) else ""
        at = rng.randrange(1, len(parts) - 1)
        match rng.choice(("remove", "add", "replace", "move")) if kind != "case" else "case":
            case "remove":
                del parts[at]
            case "add":
                parts.insert(at, rng.choice(OTHER))
            case "replace":
                parts[at] = rng.choice(OTHER)
            case "move":
                parts.insert(rng.randrange(1, len(parts) - 1), parts.pop(at))
            case _:
                parts[at] = parts[at].upper()
        text = glue.join(parts)
    return text


def words_of(runs: Iterable[tuple[str, str]], op: str) -> Counter[str]:
    return Counter(word for kind, text in runs if kind == op for word in split(text))


@settings(max_examples=25)
@given(st.integers(0, 2**32))
def test_everything_shows_the_same_words(seed: int) -> None:
    rng = random.Random(seed)
    old = rng.choice(policies())
    new = edited(old, rng)
    shop = Shop(open_archive(":memory:", create=True))
    for year, text in ((2014, old), (2015, old), (2018, new), (2019, new)):
        shop.observe(f"{year}0101000000", text)
    shop.derive()
    events = [event for event in reports.log(shop.db) if event["event"] == "wording"]
    found = shop.db.execute("select id, set_aside from changes where kind = 'wording'").fetchall()
    assert len(events) == len(found) == (1 if found else 0)
    if not found:
        return
    ((change, aside),) = found
    compared = comparisons.of_change(shop.db, change)
    assert compared
    counts = events[0]["words_added"], events[0]["words_removed"]

    # diff: the words of its runs, which are those of the differences
    runs = [run for piece in compared.pieces() for run in piece.runs]
    added, removed = words_of(runs, "added"), words_of(runs, "removed")
    assert (added.total(), removed.total()) == counts
    places = [one for one in compared.differences if one.counts]
    before, after = compared.old_words.words, compared.new_words.words
    assert added == Counter(word for one in places for word in after[one.new_start : one.new_end])
    assert removed == Counter(word for one in places for word in before[one.old_start : one.old_end])

    # the page, in both layouts
    page = read_comparison(shop.db, "shop.example")
    assert (page.size.words_added, page.size.words_removed, page.size.set_aside) == (*counts, aside)
    pairs = [pair for part in page.parts for pair in part.rows]
    for kind, side, words in (("removed", 0, removed), ("added", 1, added)):
        shown = [run for pair in pairs if (piece := pair[side]) for run in runs_of(piece, SIDES[side])]
        assert words_of([(run.op, run.text) for run in shown], kind) == words

    # the feed
    (entry,) = entries.read(shop.db, query.find(shop.db, ChangeFilter()))
    fragment = html.fromstring(f"<div>{content(entry)}</div>")
    for tag, words in (("ins", added), ("del", removed)):
        assert Counter(word for part in fragment.iter(tag) for word in split(str(part.text))) == words

    # exports, lists and reasons
    (exported,) = [one for one in changes(shop.db, ExportFilter()) if one.found.kind == "wording"]
    values = row(exported, CITING)
    assert (values["words_added"], values["words_removed"], values["set_aside"]) == (*counts, aside)
    span = spans(shop.db, [shop.policy_id])[shop.policy_id][-1]
    assert (span.words_added, span.words_removed, span.set_aside) == (*counts, aside)
    why = [
        (one.reason, one.removed, one.added) for one in explain.explain(shop.db, shop.policy_id, source_text)
    ]
    assert why == [(one.reason, one.removed, one.added) for one in compared.differences]
