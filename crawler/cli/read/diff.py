"""The command `diff`: print how a policy differs between two days, as text, HTML or JSON."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlite_utils import Database

from crawler import record_values, terminal
from crawler.cli.options import AS_JSON, DB, DOMAIN, print_json
from crawler.cli.own_limits import limited
from crawler.cli.read.chosen_text import chosen_capture, moment_of, split_range, version_number
from crawler.cli.read.diff_page import diff_page, marked_runs, summary
from crawler.cli.read.finding_lines import finding_lines
from crawler.cli.read.unseen_days import STRICT, report_unseen
from crawler.errors import NoTextError
from crawler.retailer_lists import domain_in, readable
from db import citations
from db.citations import Citation
from db.database import open_archive
from db.history.readable_diff import Piece
from db.query import comparisons, findings, reports
from db.query.comparisons import Comparison
from db.query.findings import Meaning
from db.query.reports import PolicyText
from db.store import retailers

_CITED: dict[str, Callable[[Citation], str]] = {
    "text": lambda cited: cited.text,
    "bibtex": lambda cited: cited.bibtex.rstrip(),
    "csl": lambda cited: cited.csl,
}
_SIGNS = {"aside-added": "+", "aside-removed": "-"}


@click.command()
@DB
@DOMAIN
@click.argument("dates", nargs=-1, metavar="[DATE] [DATE]")
@click.option("--html", "as_html", is_flag=True, help="Print a self-contained HTML page.")
@click.option(
    "--cite",
    type=click.Choice(list(_CITED)),
    help="Instead of the words, print how to cite the comparison: a sentence with both captures' addresses,"
    " or an entry for BibTeX, or CSL-JSON for Zotero and others.",
)
@click.option("--full", is_flag=True, help="Show unchanged paragraphs too.")
@STRICT
@AS_JSON
def diff(
    db: Path,
    domain: str,
    dates: tuple[str, ...],
    as_html: bool,
    cite: str | None,
    full: bool,
    strict: bool,
    as_json: bool,
) -> None:
    """Show how a policy differs between two days, word by word (2018-05-25; the end of 2018-05 or 2018).

    With one DATE, compare that day with the latest text; without one, show the latest change of wording. A
    DATE can also be a version, such as v9; v9..v10 and 2017..2019 are two. Two versions that follow each
    other are compared in the two captures between which the change happened; then the first lines say what
    the text says otherwise, by rules that can be wrong.

    In a pipe, words are marked as {+added+} and [-removed-]; words that do not count as a change are in
    brackets, with the reason. If no capture shows a day, the text of the last capture before is compared,
    with a remark.

    Example: policytrail diff archive.db rei.com 2017 2019
    """
    dates = tuple(split_range(dates))
    if len(dates) > 2:
        raise click.UsageError("give at most two dates")
    if cite and (as_html or as_json):
        raise click.UsageError("--cite goes with neither --html nor --json")
    archive = open_archive(db)
    domain = domain_in(archive, domain)
    with limited("the comparison"):
        policy_id = retailers.policy_of(archive, domain)
        compared = _compared(archive, db, domain, dates)
        pieces = [piece for piece in compared.pieces() if full or piece.kind != "same"]
    moments = [*map(moment_of, dates), None, None]
    old, new = (
        reports.text_of(archive, domain, seen, until)
        for seen, until in zip((compared.old, compared.new), moments, strict=False)
    )
    report_unseen((old, new), strict=strict)
    meaning = findings.between(archive, policy_id, compared.old.captured_at, compared.new.captured_at)
    if cite:
        _print_citation(archive, compared, old, cite)
    elif as_json:
        texts = {"old": _source(old), "new": _source(new), "same_capture": compared.is_one_capture}
        pieces_shown = [asdict(piece) for piece in pieces]
        values = {**record_values.diff(compared), **record_values.meaning(meaning)}
        print_json({**texts, **values, "pieces": pieces_shown})
    elif as_html:
        cited = citations.of_comparison(archive, compared, accessed=None)
        terminal.print_text(diff_page(old, new, compared, pieces, meaning, cited), as_is=True)
    else:
        for line in _lines(old, new, compared, pieces, meaning):
            terminal.print_line(*line, prose=True)


def _print_citation(archive: Database, compared: Comparison, old: PolicyText, form: str) -> None:
    """Print the citation of a comparison in one of the forms _CITED. Raises NoTextError for one capture."""
    if compared.is_one_capture:
        raise NoTextError(
            f"both texts are of one capture, version {old.version}, captured {old.captured_at[:10]}:"
            " there is no comparison to cite"
        )
    cited = citations.of_comparison(archive, compared, datetime.now(UTC).date())
    terminal.print_text(_CITED[form](cited), as_is=form != "text")


def _compared(archive: Database, db: Path, domain: str, dates: tuple[str, ...]) -> Comparison:
    """Return the comparison of two days, or of the latest change without dates. Raises NoTextError."""
    policy_id = retailers.policy_of(archive, domain)
    if not dates:
        compared = comparisons.of_latest_change(archive, policy_id)
        if compared is None:
            raise NoTextError(
                f"no change of {readable(domain)} is known: see 'policytrail status {db} {domain}'"
            )
        return compared
    old, new = (chosen_capture(archive, db, domain, argument) for argument in (*dates, None)[:2])
    versions = [version_number(argument) for argument in dates]
    if len(versions) == 2 and versions[0] and versions[1]:
        change = comparisons.change_between(archive, policy_id, versions[0], versions[1])
        found = comparisons.of_change(archive, change) if change else None
        if found:
            return found
    return comparisons.of_captures(archive, policy_id, old, new)


def _source(text: PolicyText) -> dict[str, object]:
    return {name: value for name, value in record_values.text(text).items() if name != "markdown"}


def _lines(
    old: PolicyText, new: PolicyText, compared: Comparison, pieces: Iterable[Piece], meaning: Meaning
) -> Iterator[list[str]]:
    """Yield the lines of a difference, each as a list of parts."""
    yield [terminal.styled(summary(old, new, compared), bold=True)]
    yield from (["  ", line] for line in finding_lines(meaning, None))
    section = None
    for piece in pieces:
        if piece.section != section:
            section = piece.section
            yield []
            yield [terminal.styled(section or "(before the first heading)", bold=True)]
        yield ["  ", piece.mark + " " if piece.mark else "", *marked_runs(piece, _marked)]


def _marked(op: str, text: str, reason: str) -> str:
    """Return the words of a run, marked by signs and colours.

    If the output is no terminal, click removes the colours.
    """
    if op == "added":
        return terminal.styled("{+" + text + "+}", fg="green")
    if op == "removed":
        return terminal.styled("[-" + text + "-]", fg="red")
    return terminal.styled(f"(not counted, {reason}: {_SIGNS[op]}{text})", dim=True) if op in _SIGNS else text
