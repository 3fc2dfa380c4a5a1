"""Commands that read an archive in the terminal: status, log, show, search; each also as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from sqlite_utils import Database

from crawler.cli.options import AS_JSON, DB, end_of, print_json
from crawler.errors import NoTextError
from crawler.retailer_lists import normal_domain
from crawler.webarchive import citation
from db.database import open_archive
from db.history import explain
from db.query import reports
from db.store import retailers
from extract.html.source_text import source_text

_VARIANTS = 3  # lines shown of a version's variants: a page that flips at every visit has dozens, and all say the same


@click.command()
@click.argument("db", type=DB)
@click.argument("domains", nargs=-1, metavar="[DOMAIN]...")
@click.option("-n", "--number", type=click.IntRange(1), help="Show so many events of each retailer.")
@click.option("--presentation", is_flag=True, help="Also show changes of links and markup alone.")
@click.option(
    "--why",
    is_flag=True,
    help="Show every difference between captures instead, and why it is a change or none.",
)
@click.option("--evidence", is_flag=True, help="Show the two captures between which each change lies.")
@click.option(
    "--variants", is_flag=True, help=f"Show all variants of a version, not {_VARIANTS} at the most."
)
@AS_JSON
def log(
    db: Path,
    domains: tuple[str, ...],
    number: int | None,
    presentation: bool,
    why: bool,
    evidence: bool,
    variants: bool,
    as_json: bool,
) -> None:
    """Show how policies changed, newest first. A change lies between two captures: nobody saw the moment itself.

    A line with "also" is a variant: another wording that was shown while the version above it held.

    Example: policytrail log archive.db rei.com -n 5
    """
    archive, chosen = open_archive(db), [normal_domain(domain) for domain in domains]
    if why:
        _print_why(archive, chosen, as_json)
        return
    events = reports.log(archive, chosen, presentation=presentation)
    if as_json:
        print_json(list(_first_of_each(events, number)))
        return
    domain, untold = (
        None,
        dict.fromkeys(domain for _, domain in retailers.policies(archive, chosen)) if chosen else {},
    )
    for event in _first_of_each(events, number):
        if event["domain"] != domain:
            click.echo(("" if domain is None else "\n") + click.style(event["domain"], bold=True))
            domain = event["domain"]
        untold.pop(event["domain"], None)
        click.echo(_event_line(event))
        for capture in (event["old_capture"], event["new_capture"]) if evidence else ():
            if capture:
                click.echo(f"      {_address(capture)}")
        for line in _variant_lines(event["variants"], None if variants else _VARIANTS):
            click.echo(f"      {line}")
    for domain in untold:
        click.echo(f"{domain}: no version of it yet")


@click.command()
@click.argument("db", type=DB)
@click.argument("domain")
@click.argument("date", required=False)
@AS_JSON
def show(db: Path, domain: str, date: str | None, as_json: bool) -> None:
    """Show the text of a policy as it was last seen by DATE (2018, 2018-05, 2018-05-25: the end of it), or the latest.

    Example: policytrail show archive.db rei.com 2018-05-25
    """
    found = reports.show(open_archive(db), normal_domain(domain), end_of(date))
    if found is None:
        raise NoTextError(
            f"no good capture of {domain} is as old as that: see 'policytrail log {db} {domain}'"
        )
    if as_json:
        print_json(asdict(found))
        return
    line = citation.provenance_line(
        found.domain, found.archive, found.timestamp, found.captured_at, found.original
    )
    click.echo(line + "\n\n" + found.markdown, nl=False)
    if found.changed_by_then and date:
        seen, after = found.captured_at[:10], str(found.next_seen)[:10]
        click.echo(f"This text was last seen on {seen}; the next capture, of {after}, has another.", err=True)


@click.command()
@click.argument("db", type=DB)
@click.argument("words")
@click.argument("domains", nargs=-1, metavar="[DOMAIN]...")
@click.option(
    "-n", "--number", type=click.IntRange(1), default=20, show_default=True, help="Show so many versions."
)
@AS_JSON
def search(db: Path, words: str, domains: tuple[str, ...], number: int, as_json: bool) -> None:
    """Find versions whose text has all WORDS; put a phrase in double quotes.

    Example: policytrail search archive.db '"do not sell"'
    """
    found = reports.search(open_archive(db), words, [normal_domain(domain) for domain in domains], number)
    if as_json:
        print_json(found)
        return
    for hit in found:
        seen = f"{hit['first_seen'][:10]} to {hit['last_seen'][:10]}"
        click.echo(f"{click.style(hit['domain'], bold=True)} version {hit['version']}, seen {seen}")
        click.echo("    " + " ".join(hit["snippet"].split()))
    if not found:
        click.echo("no version has these words", err=True)


def _print_why(archive: Database, domains: list[str], as_json: bool) -> None:
    found = [
        {"domain": domain, **asdict(difference)}
        for policy_id, domain in retailers.policies(archive, domains)
        for difference in explain.explain(archive, policy_id, source_text)
    ]
    if as_json:
        print_json(found)
        return
    for seen in found:
        click.echo(
            f"{seen['domain']} between {seen['last_old'][:10]} and {seen['first_new'][:10]}: {seen['reason']} ({seen['why']})"
        )
        click.echo(f"    … {seen['after']} [-{seen['removed'][:300]}-] {{+{seen['added'][:300]}+}}")
    if not found:
        click.echo("no difference between captures")


def _event_line(event: dict[str, Any]) -> str:
    if event["event"] == "first":
        when, size = f"first seen {event['first_new'][:10]}", f"{event['words']} words"
    else:
        when = f"between {event['last_old'][:10]} and {event['first_new'][:10]}"
        alike = (
            f"{event['similarity']:.0%}" if event["similarity"] < 0.995 else "over 99%"
        )  # never all of it: words differ
        size = f"+{event['words_added']} -{event['words_removed']} words, {alike} the same"
    if event["event"] == "presentation":
        size = "links or markup only"
    if event["event"] == "extractor":
        size = "the same words, extracted otherwise"
    return f"  version {event['version']:<3d} {when:34s} {size:36s} {' '.join(event['title'].split())[:60]}".rstrip()


def _variant_lines(variants: Sequence[dict[str, Any]], most: int | None) -> Iterator[str]:
    for seen in variants[:most]:
        first, last = seen["first_seen"][:10], seen["last_seen"][:10]
        where = {"passing": "in passing", "turns": "in turns", "address": f"at {seen['url']}"}[seen["kind"]]
        wording = f"the wording of version {seen['same_as']}" if seen["same_as"] else "another wording"
        when = (
            f"seen {first}"
            if seen["captures"] == 1
            else f"{seen['captures']} captures from {first} to {last}"
        )
        yield f"also {where}: {wording}, {when}"
    if more := len(variants[most:] if most else ()):
        yield f"… and {more} more; --variants shows all"


def _address(capture: dict[str, Any]) -> str:
    """Where a capture can be looked at; of an archive without a known address, its key."""
    key = f"{capture['timestamp']} {capture['original']} ({capture['archive']})"
    return citation.address(capture["archive"], capture["timestamp"], capture["original"]) or key


def _first_of_each(events: Iterable[dict[str, Any]], number: int | None) -> Iterable[dict[str, Any]]:
    domain, count = None, 0
    for event in events:
        count = count + 1 if event["domain"] == domain else 1
        domain = event["domain"]
        if number is None or count <= number:
            yield event
