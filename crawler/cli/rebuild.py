"""The command that derives an archive anew, and tells what came out otherwise."""

import asyncio
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from sqlite_utils import Database

from crawler.cli.options import AS_JSON, DB, REPORT, WAIT, print_json, say
from crawler.jobs.progress import bar
from crawler.runs import Result, Run
from crawler.workers.derive import Rebuilt
from crawler.workers.derive import rebuild as derive_again
from db.database import open_archive
from db.store import captures, extraction_queue
from db.store import retailers as held


@click.command()
@click.argument("db", type=DB)
@click.option("--jobs", type=click.IntRange(0), default=0, help="Worker processes.  [default: one a core]")
@WAIT
@REPORT
@AS_JSON
@click.pass_obj
def rebuild(command: str | None, db: Path, jobs: int, wait: bool, report: Path | None, as_json: bool) -> None:
    """Derive texts, versions and changes of DB again from the stored bodies, without any request.

    Says how many captures have another text than before, and shows those that changed most.

    Example: policytrail rebuild archive.db
    """
    open_archive(db).close()  # a path that is wrong is said before anything is made beside it
    with Run(db, command or "rebuild", waiting=say if wait else None, report=report) as run:
        policies = held.judged(run.db)
        fetched = sum(len(extraction_queue.fetched(run.db, policy_id)) for policy_id in policies)
        with bar("extracting", fetched) as advance:
            rebuilt = asyncio.run(derive_again(run.db, policies, jobs, advance))
        (versions,) = run.db.execute("select count(*) from versions").fetchone()
        found = {"captures": fetched, "versions": versions, **_told(run.db, rebuilt)}
        summary = f"{fetched} captures extracted again, {versions} versions"
        run.finish(Result(0, "done", summary), {}, policies, {"rebuilt": found})
    if as_json:
        print_json(found)
    else:
        click.echo("\n".join([summary, *_lines(found)]))


def _told(db: Database, rebuilt: Rebuilt) -> dict[str, Any]:
    """What a rebuild changed, for tools."""
    largest = [
        {**captures.whereabouts(db, rebuilt.pairs[pair]), "captures": rebuilt.counts[pair], **asdict(apart)}
        for pair, apart in rebuilt.largest
    ]
    return {"changed_texts": rebuilt.texts, "changed_verdicts": rebuilt.verdicts, "largest": largest}


def _lines(found: dict[str, Any]) -> Iterator[str]:
    if found["changed_texts"] or found["changed_verdicts"]:
        yield f"{found['changed_texts']} captures have another text than before, {found['changed_verdicts']} another verdict"
    for one in found["largest"]:
        size = f"+{one['words_added']} -{one['words_removed']} words, {one['similarity']:.0%} the same"
        more = f", and {one['captures'] - 1} captures like it" if one["captures"] > 1 else ""
        yield f"  {one['retailer']} {one['timestamp']} {one['original'][:200]}: {size}{more}"
        yield f"    {one['line'] or 'the same words, set otherwise'}"
