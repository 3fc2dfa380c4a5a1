"""The command `promises`: print what policies promise, since when, and until when."""

from collections.abc import Iterator
from pathlib import Path

import click

from crawler import date_ranges, fitting, record_values, terminal
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
from db.promises.of_policies import REBUILT, UNREAD, PromiseFilter, WhyUnread, came, ledger, went, why_none
from db.promises.statement import KINDS, Promise
from db.store import retailers


@click.command()
@DB
@DOMAINS
@click.option(
    "--kind",
    "kinds",
    type=click.Choice(KINDS),
    multiple=True,
    help="Only promises of this kind (repeatable).",
)
@click.option(
    "--standing/--ended", default=None, help="Only promises that are known to stand, or that ended."
)
@click.option(
    "--from",
    "first",
    metavar="DATE",
    help="Only what may have begun or ended on this day, month or year or later.",
)
@click.option(
    "--to",
    "last",
    metavar="DATE",
    help="Only what may have begun or ended on this day, month or year or earlier.",
)
@click.option(
    "--wordings", is_flag=True, help="Show all words of a promise, and the first capture with each."
)
@AS_JSON
def promises(
    db: Path,
    domains: tuple[str, ...],
    kinds: tuple[str, ...],
    standing: bool | None,
    first: str | None,
    last: str | None,
    wordings: bool,
    as_json: bool,
) -> None:
    """Show what policies promise, and between which captures each promise came and went.

    A promise is a statement about sale, sharing, retention, rights, choices, notice of changes or children,
    by rules that can be wrong. It goes on when the text says it in other words. "reversed": the text then
    says the opposite; "changed": it then names another number.

    Example: policytrail promises archive.db rei.com --kind sale
    """
    archive = open_archive(db)
    chosen = [domain_in(archive, domain) for domain in domains]
    begin, _ = date_ranges.window(first, last)
    wanted = PromiseFilter(kinds, standing, first_second(begin) or "", last_second(last) or "9999")
    values, unread, count = [], [], 0
    for policy_id, domain in retailers.policies(archive, chosen):
        with limited(f"the ledger of {domain}"):
            found = ledger(archive, policy_id)
        shown = [one for one in found.promises if wanted.takes(one)]
        count += len(shown)
        unread += [_unread(db, domain, reason, versions) for reason, versions in found.unread.items()]
        if as_json:
            values += [record_values.promise(domain, one) for one in shown]
        elif shown or chosen:
            _print(domain, shown, why_none(found), wordings=wordings)
    if as_json:
        print_json(values)
    elif not count and not chosen:
        print_note("no such promise recognised")
    for note in unread:
        print_note(note)
    note_if_empty(archive, db)


def _print(domain: str, shown: list[Promise], empty: str, *, wordings: bool) -> None:
    terminal.print_line(terminal.styled(readable(domain), bold=True))
    for one in shown:
        for line in _lines(one, terminal.width(), wordings=wordings):
            terminal.print_line(line)
    if not shown:
        terminal.print_line(f"  {empty}")


def _unread(db: Path, domain: str, reason: WhyUnread, versions: tuple[int, ...]) -> str:
    """Return a line about versions that were not read, with what to do if something can be done."""
    names = f"version{'s' if len(versions) > 1 else ''} {', '.join(map(str, versions))}"
    remedy = f"; run 'policytrail rebuild {db}'" if reason in REBUILT else ""
    return f"{readable(domain)}: not read for claims: {names} ({UNREAD[reason]}){remedy}"


def _lines(one: Promise, width: int | None, *, wordings: bool) -> Iterator[str]:
    stated = one.last
    about = [part for part in (stated.amount, stated.scope) if part]
    beside = f" ({', '.join(about)})" if about else ""
    yield _fitted(f"  {stated.kind}{beside}: “{stated.quote}”", width)
    words = len({word.stated.quote for word in one.wordings})
    beside = f" ({words} wordings)" if words > 1 else ""
    yield f"    {came(one)}; {went(one)}{beside}"
    first = one.wordings[0].stated.quote
    if first != stated.quote and not wordings:
        yield _fitted(f"    at first: “{first}”", width)
    if one.after:
        yield _fitted(f"    {one.ending}: the text then says “{one.after.quote}”", width)
    for word in one.wordings if wordings else ():
        seen = f"    first seen {word.since[:10]} (version {word.version})"
        yield terminal.escaped_line(f"{seen}: “{word.stated.quote}”")


def _fitted(line: str, width: int | None) -> str:
    line = terminal.escaped_line(line)
    return fitting.cut(line, width) if width else line
