"""The command `search`: find the retailers whose policy has given words, and when it had them."""

from collections.abc import Iterator
from pathlib import Path

import click

from crawler import date_ranges, record_values, terminal
from crawler.cli.options import (
    AS_JSON,
    DB,
    DOMAINS,
    first_second,
    last_second,
    note_if_empty,
    print_json,
    print_note,
)
from crawler.cli.own_limits import limited
from crawler.retailer_lists import domain_in, readable
from db.database import open_archive
from db.query.searching import mentions
from db.query.searching import search as text_search
from db.query.searching.mentions import Mention, RetailerMentions
from db.store import retailers


@click.command()
@DB
@click.argument("words")
@DOMAINS
@click.option(
    "-n",
    "--limit",
    "--number",
    "limit",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="Show at most this many retailers.",
)
@click.option(
    "--removed",
    is_flag=True,
    help="Only retailers whose latest text does not have the words any more, the latest removal first.",
)
@click.option(
    "--from",
    "first",
    metavar="DATE",
    help="Only policies that have the words on this day, month or year or later; with --removed, policies"
    " that may have lost them then.",
)
@click.option(
    "--to",
    "last",
    metavar="DATE",
    help="Only policies that have the words on this day, month or year or earlier; with --removed, policies"
    " that may have lost them then.",
)
@AS_JSON
def search(
    db: Path,
    words: str,
    domains: tuple[str, ...],
    limit: int,
    removed: bool,
    first: str | None,
    last: str | None,
    as_json: bool,
) -> None:
    """Find the policies with all WORDS in their text, and when they had them; a phrase is in double quotes.

    For each retailer, lines say between which captures the words came and went, and part of a text shows
    them. The best match comes first.

    Example: policytrail search archive.db '"do not sell"'
    """
    archive = open_archive(db)
    chosen = [domain_in(archive, domain) for domain in domains]
    retailers.policies(archive, chosen)  # raises an error for an unknown retailer
    begin, _ = date_ranges.window(first, last)
    query = text_search.TextQuery(
        text_search.match(words), tuple(chosen), first_second(begin) or "", last_second(last) or ""
    )
    total, found = 0, list[RetailerMentions]()
    if query.match:
        with limited("the search"):
            order: mentions.Order = "removed" if removed else "retailers"
            total, found = mentions.search(archive, query, order, marks=("«", "»"), limit=limit)
    if as_json:
        print_json(list(map(record_values.hit, found)))
        return
    for one in found:
        terminal.print_line(terminal.styled(readable(one.domain), bold=True))
        for line in _lines(one, last_only=removed):
            terminal.print_line(line)
        terminal.print_line(f"    version {one.version}: ", one.snippet, prose=True)
    if not found:
        print_note("no policy has lost these words" if removed else "no policy has these words")
        note_if_empty(archive, db)
    elif total > len(found):
        print_note(f"{total - len(found)} more: see --limit")


def _lines(found: RetailerMentions, *, last_only: bool) -> Iterator[str]:
    for mention in found.mentions[-1 if last_only else 0 :]:
        first, last = mention.versions[0], mention.versions[-1]
        versions = f"version {first}" if first == last else f"versions {first} to {last}"
        yield f"  {_came(mention)}; {_went(mention)} ({versions})"


def _came(mention: Mention) -> str:
    if mention.last_without is None:
        return f"there in the first text, {mention.first_with[:10]}"
    return f"came between {mention.last_without[:10]} and {mention.first_with[:10]}"


def _went(mention: Mention) -> str:
    if mention.first_without is None:
        return f"there in the latest text, {mention.last_with[:10]}"
    return f"went between {mention.last_with[:10]} and {mention.first_without[:10]}"
