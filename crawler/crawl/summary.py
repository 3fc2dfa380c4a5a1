"""How a crawl went: for its row in the archive, as an exit status, and in a line or two for people."""

from typing import TYPE_CHECKING

from crawler.runs import Result

if TYPE_CHECKING:
    from crawler.spiders.history import HistorySpider


def outcome_of(spider: "HistorySpider") -> Result:
    """Say how a crawl that has ended went."""
    done = _done(spider)
    if spider.refused:
        return Result(4, spider.refused, f"{done}\n{spider.refused}")
    if spider.problem:
        return Result(3, spider.problem, f"{done}\n{spider.problem}")
    if spider.waiting:
        left = f"{spider.waiting} captures or listings are still to be had: run the same command again"
        return Result(3, "done in part", f"{done}\n{left}")
    return Result(0, "done", done)


def _done(spider: "HistorySpider") -> str:
    counts = spider.counts
    requests = f"{counts['requests']} request{'' if counts['requests'] == 1 else 's'}"
    if not any(counts[name] for name in ("listed", "fetched", "failed", "excluded")):
        return f"nothing new: {requests}"
    parts = [requests, f"{counts['listed']} captures new in the index", f"{counts['fetched']} fetched"]
    return ", ".join(parts + [f"{counts[name]} {name}" for name in ("failed", "excluded") if counts[name]])
