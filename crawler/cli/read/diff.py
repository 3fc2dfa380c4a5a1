"""The command `diff`: print how a policy differs between two days, as text, HTML or JSON."""

import html
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import click

from crawler import terminal
from crawler.cli.options import AS_JSON, DB, DOMAIN, last_second, no_text, print_json
from crawler.cli.read.unseen_days import STRICT, report_unseen
from crawler.errors import NoTextError
from crawler.retailer_lists import normal_domain, readable
from db.database import open_archive
from db.history.readable_diff import Piece, Run, compare, count
from db.query import reports
from db.query.reports import PolicyText

_TAGS = {"added": "ins", "removed": "del"}
_STYLE = """body{font:1rem/1.5 Georgia,serif;max-width:45rem;margin:2rem auto;padding:0 1rem;
color:#111;background:#fff}
h1,h2{font-family:sans-serif;line-height:1.25}h1{font-size:1.4rem}h2{font-size:1.05rem;margin-top:2rem}
ins{background:#d2f4d9;color:#063f14;text-decoration:underline}del{background:#fbdcdc;color:#6e0f0f}
.moved{border-left:.25rem solid #8a8a8a;padding-left:.75rem}.note{color:#555;font-size:.9rem}
@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}ins{background:#0f4420;color:#d8ffe2}
del{background:#5c1717;color:#ffe0e0}.note{color:#aaa}}"""


@click.command()
@DB
@DOMAIN
@click.argument("dates", nargs=-1, metavar="[DATE] [DATE]")
@click.option("--html", "as_html", is_flag=True, help="Print a self-contained HTML page.")
@click.option("--full", is_flag=True, help="Show unchanged paragraphs too.")
@STRICT
@AS_JSON
def diff(
    db: Path, domain: str, dates: tuple[str, ...], as_html: bool, full: bool, strict: bool, as_json: bool
) -> None:
    """Show how a policy differs between two days, word by word (2018-05-25; the end of 2018-05 or 2018).

    With one DATE, compare that day with the latest text; without one, show the latest change of wording. In a
    pipe, words are marked as {+added+} and [-removed-]. If no capture shows a day, the text of the last
    capture before is compared, with a remark.

    Example: policytrail diff archive.db rei.com 2017 2019
    """
    if len(dates) > 2:
        raise click.UsageError("give at most two dates")
    old, new = _texts(db, normal_domain(domain), dates)
    report_unseen((old, new), strict=strict)
    pieces = compare(old.markdown, new.markdown)
    shown = pieces if full else [piece for piece in pieces if piece.kind != "same"]
    if as_json:
        found = {"old": _source(old), "new": _source(new), "same_capture": _is_one(old, new)}
        print_json({**found, "pieces": [asdict(piece) for piece in shown]})
    elif as_html:
        terminal.print_text(_page(old, new, pieces, shown))
    else:
        for line in _lines(old, new, pieces, shown):
            terminal.print_line(*line)


def _texts(db: Path, domain: str, dates: tuple[str, ...]) -> tuple[PolicyText, PolicyText]:
    archive = open_archive(db)
    if dates:
        moments = [last_second(dates[0]), last_second(dates[1]) if len(dates) == 2 else None]
    else:
        change = next(
            (event for event in reports.log(archive, [domain]) if event["event"] == "wording"), None
        )
        if change is None:
            raise NoTextError(
                f"no change of {readable(domain)} is known: see 'policytrail status {db} {domain}'"
            )
        moments = [change["last_old"], change["first_new"]]
    found = [reports.show(archive, domain, moment) for moment in moments]
    if found[0] is None or found[1] is None:
        missing = dates[found.index(None)] if found.index(None) < len(dates) else None
        raise NoTextError(no_text(db, domain, missing))
    return found[0], found[1]


def _source(text: PolicyText) -> dict[str, object]:
    return {name: value for name, value in asdict(text).items() if name != "markdown"}


def _is_one(old: PolicyText, new: PolicyText) -> bool:
    """Return whether two texts are of one capture, so that there is nothing to compare."""
    return _capture(old) == _capture(new)


def _capture(text: PolicyText) -> tuple[str, ...]:
    return text.archive, text.timestamp, text.original


def _summary(old: PolicyText, new: PolicyText, pieces: Iterable[Piece]) -> str:
    if _is_one(old, new):
        one = f"version {old.version}, captured {old.captured_at[:10]}"
        return f"{readable(old.domain)}: both texts are of one capture, {one}: nothing to compare"
    added, removed = count(pieces)
    seen = [f"version {text.version}, captured {text.captured_at[:10]}" for text in (old, new)]
    return f"{readable(old.domain)}: {', and '.join(seen)}: +{added} -{removed} words"


def _lines(old: PolicyText, new: PolicyText, pieces: list[Piece], shown: list[Piece]) -> Iterator[list[str]]:
    """Yield the lines of a difference, each as a list of parts."""
    yield [terminal.styled(_summary(old, new, pieces), bold=True)]
    section = None
    for piece in shown:
        if piece.section != section:
            section = piece.section
            yield []
            yield [terminal.styled(section or "(before the first heading)", bold=True)]
        note = "(moved here) " if piece.kind == "moved" else ""
        words = [part for run in piece.runs for part in (" ", _marked(run))][1:]
        yield ["  ", note, piece.mark + " " if piece.mark else "", *words]


def _marked(run: Run) -> str:
    """Return the words of a run, marked as added or removed by signs and colours.

    If the output is no terminal, click removes the colours.
    """
    op, text = run
    if op == "added":
        return terminal.styled("{+" + text + "+}", fg="green")
    return terminal.styled("[-" + text + "-]", fg="red") if op == "removed" else text


def _page(old: PolicyText, new: PolicyText, pieces: list[Piece], shown: list[Piece]) -> str:
    """Return an HTML page without scripts and external files.

    All texts from the archive file are escaped.
    """
    body: list[str] = []
    section = ""
    for piece in shown:
        if piece.section != section:
            section = piece.section
            body.append(f"<h2>{html.escape(section)}</h2>")
        note = '<span class="note">moved here:</span> ' if piece.kind == "moved" else ""
        mark = (
            "• "
            if piece.mark == "*"
            else ""
            if piece.mark.startswith("#")
            else piece.mark + " "
            if piece.mark
            else ""
        )
        body.append(f'<p class="{piece.kind}">{note}{mark}{" ".join(map(_tagged, piece.runs))}</p>')
    between = f"what changed between {old.captured_at[:10]} and {new.captured_at[:10]}"
    one = f"one capture, {old.captured_at[:10]}"
    title = html.escape(f"{readable(old.domain)}: {one if _is_one(old, new) else between}")
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title><style>{_STYLE}</style></head>
<body><h1>{title}</h1><p class="note">{html.escape(_summary(old, new, pieces))}</p>
{chr(10).join(body) or ("" if _is_one(old, new) else "<p>No word differs.</p>")}
</body></html>"""


def _tagged(run: Run) -> str:
    op, text = run
    tag = _TAGS.get(op)
    return f"<{tag}>{html.escape(text)}</{tag}>" if tag else html.escape(text)
