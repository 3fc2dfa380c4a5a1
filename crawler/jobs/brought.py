"""What a run brought, in words: new versions and changes by retailer, and captures that show no policy."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from crawler.runs import Result
from crawler.terminal import counted
from db.database import open_archive
from db.errors import StoreError
from db.idn import to_unicode
from db.store import retailers

MOST = 10  # this many retailers are named; `policytrail log` shows all

News = Sequence[Mapping[str, Any]]  # as db.query.run_news.news returns it


def with_news(result: Result, path: Path, news: News) -> Result:
    """Return the result of a run of the archive file at `path`, with lines about what the run brought.

    Without news there are no lines.
    """
    news = [shop for shop in news if shop["verdicts"]]
    if not news:
        return result
    try:
        with closing(open_archive(path)) as db:
            without = retailers.without_version(db)
    except StoreError:  # the run failed for the same reason, and its result says so
        return result
    see = f"See: policytrail {'news' if any(map(_wordings, news)) else 'log'} {path}"
    is_new = result.exit_status == 0 and any(shop["versions"] or _wordings(shop) for shop in news)
    return replace(result, news=(*changes(news), *no_policy(news, without), *[see][:is_new]))


def changes(news: News) -> Iterator[str]:
    """Yield how many versions and changes of wording are new, then a line for each of some retailers.

    Those with most changes come first. Yields nothing without a new version.
    """
    changed = {shop["domain"]: _wordings(shop) for shop in news if shop["versions"] or _wordings(shop)}
    if not changed:
        return
    versions, wordings = sum(len(shop["versions"]) for shop in news), sum(map(len, changed.values()))
    numbers = ((versions, "new version"), (wordings, "new change"))
    what = " and ".join(counted(number, noun) for number, noun in numbers if number)
    of_wording = " of wording" if wordings else ""
    yield f"{what}{of_wording}, of {counted(len(changed), 'retailer')}" + (":" if wordings else "")
    most = sorted((domain for domain in changed if changed[domain]), key=lambda d: (-len(changed[d]), d))
    for domain in most[:MOST]:
        last = max(changed[domain], key=lambda change: change["first_new"])
        bracket = f"between {last['last_old'][:10]} and {last['first_new'][:10]}"
        number = counted(len(changed[domain]), "change")
        yield f"  {to_unicode(domain)}: {number}, the last {bracket}"
    if len(most) > MOST:
        yield f"  and {len(most) - MOST} more"


def no_policy(news: News, without: Sequence[str]) -> Iterator[str]:
    """Yield how many captures show no policy, by verdict, and which retailers of the run have no version.

    `without` are the domains without a version. Yields nothing if all captures show a policy.
    """
    verdicts = sum((Counter(shop["verdicts"]) for shop in news), Counter[str]())
    del verdicts["policy"]
    if verdicts:
        counts = ", ".join(f"{number} {verdict}" for verdict, number in verdicts.most_common())
        yield f"{counted(verdicts.total(), 'capture')} without a policy: {counts}"
    empty = [to_unicode(shop["domain"]) for shop in news if shop["domain"] in without]
    if empty:
        more = f" and {len(empty) - MOST} more" if len(empty) > MOST else ""
        yield f"{counted(len(empty), 'retailer')} without any version: {', '.join(empty[:MOST])}{more}"


def _wordings(shop: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [change for change in shop["changes"] if change["kind"] == "wording"]
