"""Commands that read an archive in the terminal: status, log, show, search; each also as JSON."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from sqlite_utils import Database

from crawler import sources
from crawler.cli.options import AS_JSON, DB, end_of, print_json
from crawler.errors import NoTextError
from crawler.retailers import normal_domain
from db import differences, reports, retailers, times
from db.archive import open_archive
from extract.provenance import provenance


@click.command()
@click.argument("db", type=DB)
@click.argument("domains", nargs=-1, metavar="[DOMAIN]...")
@AS_JSON
def status(db: Path, domains: tuple[str, ...], as_json: bool) -> None:
    """Say what DB holds, what is missing and why, and where there are gaps.

    Example: policytrail status archive.db rei.com
    """
    archive = open_archive(db)
    found = reports.status(archive, [normal_domain(domain) for domain in domains])
    if as_json:
        print_json(found)
        return
    for retailer in found:
        _print_status(retailer)
    if not domains:
        _print_totals(reports.totals(archive))


@click.command()
@click.argument("db", type=DB)
@click.argument("domains", nargs=-1, metavar="[DOMAIN]...")
@click.option("-n", "--number", type=click.IntRange(1), help="Show so many events of each retailer.")
@click.option("--presentation", is_flag=True, help="Also show changes of links and markup alone.")
@click.option("--why", is_flag=True, help="Show every difference between captures instead, and why it is a change or none.")
@click.option("--evidence", is_flag=True, help="Show the two captures between which each change lies.")
@AS_JSON
def log(
    db: Path, domains: tuple[str, ...], number: int | None, presentation: bool, why: bool, evidence: bool, as_json: bool
) -> None:
    """Show how policies changed, newest first. A change lies between two captures: nobody saw the moment itself.

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
    domain = None
    for event in _first_of_each(events, number):
        if event["domain"] != domain:
            click.echo(("" if domain is None else "\n") + click.style(event["domain"], bold=True))
            domain = event["domain"]
        click.echo(_event_line(event))
        for capture in (event["old_capture"], event["new_capture"]) if evidence else ():
            if capture:
                click.echo(f"      {_address(capture)}")


@click.command()
@click.argument("db", type=DB)
@click.argument("domain")
@click.argument("date", required=False)
@AS_JSON
def show(db: Path, domain: str, date: str | None, as_json: bool) -> None:
    """Show the text of a policy as it was on DATE (2018, 2018-05, 2018-05-25: at the end of it), or the latest.

    Example: policytrail show archive.db rei.com 2018-05-25
    """
    found = reports.show(open_archive(db), normal_domain(domain), end_of(date))
    if found is None:
        raise NoTextError(f"no good capture of {domain} is as old as that: see 'policytrail log {db} {domain}'")
    if as_json:
        print_json(asdict(found))
        return
    click.echo(_provenance(found) + "\n\n" + found.markdown, nl=False)
    if found.changed_by_then and date:
        seen, after = found.captured_at[:10], str(found.next_seen)[:10]
        click.echo(f"This text was last seen on {seen}; the next capture, of {after}, has another.", err=True)


@click.command()
@click.argument("db", type=DB)
@click.argument("words")
@click.argument("domains", nargs=-1, metavar="[DOMAIN]...")
@click.option("-n", "--number", type=click.IntRange(1), default=20, show_default=True, help="Show so many versions.")
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
        for difference in differences.explain(archive, policy_id)
    ]
    if as_json:
        print_json(found)
        return
    for seen in found:
        click.echo(
            f"{seen['domain']} between {seen['last_old'][:10]} and {seen['first_new'][:10]}: {seen['reason']} ({seen['why']})"
        )
        click.echo(f"    … {seen['after']} [-{seen['removed'][:300]}-] {{+{seen['added'][:300]}+}}")


def _print_totals(totals: dict[str, Any]) -> None:
    click.echo(
        f"{totals['retailers']} retailers, {totals['pages']} pages, {sum(totals['captures'].values())} captures"
        f" ({_counts(totals['captures'])})"
    )
    click.echo(f"verdicts: {_counts(totals['verdicts'])}")
    click.echo(f"{totals['versions']} versions, {totals['changes']} changes of wording")
    if run := totals["last_run"]:
        click.echo(f"last run: {run['started_at']} {run['command']}: {run['outcome'] or 'running, or killed'}")


def _print_status(retailer: dict[str, Any]) -> None:
    name = f" ({retailer['name']})" if retailer["name"] else ""
    click.echo(click.style(retailer["domain"], bold=True) + name)
    if retailer["versions"]:
        seen = f"{retailer['first_good'][:10]} to {retailer['last_good'][:10]}"
        click.echo(f"  {_plural(retailer['versions'], 'version')}, {_plural(retailer['changes'], 'change')}, seen from {seen}")
    click.echo(f"  captures: {_counts(retailer['captures']) or 'none'}; verdicts: {_counts(retailer['verdicts']) or 'none'}")
    for page in retailer["pages"]:
        note = {"excluded": f"  excluded: {page['reason']}", "failed": f"  not listed: {page['reason']}"}.get(
            page["listing"], ""
        )
        click.echo(f"  {page['url']}{note}")
    for missing in retailer["missing"]:
        click.echo(f"  missing: {missing['captures']} {missing['state']}: {missing['reason'] or 'not asked for yet'}")
    for gap in retailer["gaps"]:
        click.echo(f"  gap: no good capture from {gap['last_good'][:10]} to {gap['next_good'][:10]} ({gap['days']} days)")
    click.echo()


def _event_line(event: dict[str, Any]) -> str:
    if event["event"] == "first":
        when, size = f"first seen {event['first_new'][:10]}", f"{event['words']} words"
    else:
        when = f"between {event['last_old'][:10]} and {event['first_new'][:10]}"
        size = f"+{event['words_added']} -{event['words_removed']} words, {event['similarity']:.0%} the same"
    if event["event"] == "presentation":
        size = "links or markup only"
    return f"  version {event['version']:<3d} {when:34s} {size:36s} {' '.join(event['title'].split())[:60]}".rstrip()


def _address(capture: dict[str, Any]) -> str:
    """Where a capture can be looked at; of an archive without a known address, its key."""
    source = sources.KNOWN.get(capture["archive"])
    if source:
        return source.memento(capture["timestamp"], capture["original"])
    return f"{capture['timestamp']} {capture['original']} ({capture['archive']})"


def _first_of_each(events: Iterable[dict[str, Any]], number: int | None) -> Iterable[dict[str, Any]]:
    domain, count = None, 0
    for event in events:
        count = count + 1 if event["domain"] == domain else 1
        domain = event["domain"]
        if number is None or count <= number:
            yield event


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.items())


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _provenance(found: reports.Shown) -> str:
    source = sources.KNOWN.get(found.archive)
    if source:
        return provenance(found.domain, found.timestamp, found.original, archive=source.title, replay=source.replay)
    when = times.moment(found.timestamp)
    day = when.date().isoformat() if when else found.captured_at[:10]
    return (
        f"> *The following text is extracted and transformed from the {found.domain} privacy policy that was archived on {day}"
        f" ({found.original}, capture {found.timestamp} of {found.archive}).*"
    )
