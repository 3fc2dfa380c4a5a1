"""Running the save spider inside this process, and saying what it did, or would do."""

from collections.abc import Callable, Iterator

from rich.progress import Progress, TaskID
from scrapy import signals

from crawler.errors import NoSaveError, NothingToDoError
from crawler.progress import progress
from crawler.running import Result, scrapy_process
from crawler.saveplan import Choice, SavePlan, choose
from crawler.spiders.save import SaveSpider
from db import retailers
from db.archive import open_archive
from db.retailers import Page


def intentions(plan: SavePlan) -> list[str]:
    """What a run would do now, a line for each page. Raises ArchiveError, NothingToDoError."""
    choice = _choice(plan)
    lines = [f"{page.url}: would be asked for" for page in choice.ask]
    lines += [
        f"{page.url}: asked for at {begun.asked_at}; what became of it would be looked up" for page, begun in choice.resume
    ]
    return [*lines, *_left(choice.left), *_left(choice.elsewhere)]


def save(plan: SavePlan, *, verbose: bool = False) -> Result:
    """Have the pages of a plan captured. Once a process: Scrapy's reactor cannot be started again.

    Raises ArchiveError and NothingToDoError before anything is asked of the archive, NoSaveError where it does not accept
    the keys, or has no Save Page Now.
    """
    _choice(plan)
    process = scrapy_process(verbose=verbose)
    crawler = process.create_crawler(SaveSpider)
    with progress() as shown:
        task = shown.add_task("saving", total=None)
        crawler.signals.connect(_shower(shown, task), signals.response_received, weak=False)
        process.crawl(crawler, plan=plan)
        process.start()
    spider = crawler.spider
    if not isinstance(spider, SaveSpider):
        return Result(3, "the run did not start")
    if spider.wrong:
        raise NoSaveError(f"{spider.source.name}: {spider.wrong}")
    return Result(_exit_status(spider), "\n".join(_lines(spider)))


def _shower(shown: Progress, task: TaskID) -> Callable[[SaveSpider], None]:
    def show(spider: SaveSpider) -> None:
        shown.update(task, completed=len(spider.outcomes), total=len(spider.choice.ask) + len(spider.choice.resume))

    return show


def _choice(plan: SavePlan) -> Choice:
    """Find what is wrong with the archive file here, where it can be said in a line."""
    db = open_archive(plan.db)
    try:
        if not retailers.policies(db):
            raise NothingToDoError(f"{plan.db} has no retailers yet: crawl some first (see 'policytrail retailers')")
        return choose(db, plan)
    finally:
        db.close()


def _exit_status(spider: SaveSpider) -> int:
    if spider.refused:
        return 4
    return 0 if spider.is_done and not spider.problem else 3


def _lines(spider: SaveSpider) -> Iterator[str]:
    yield from (f"{outcome.url}: {outcome.state}: {outcome.line}" for outcome in spider.outcomes)
    yield from _left(spider.choice.left)
    states = [outcome.state for outcome in spider.outcomes]
    counts = [f"{states.count(state)} {state}" for state in dict.fromkeys(states)]
    open_ = len(spider.choice.ask) + len(spider.choice.resume) - sum(state != "asked" for state in states)
    yield ", ".join([f"{spider.counts['requests']} requests", *counts])
    if spider.refused or spider.problem:
        yield str(spider.refused or spider.problem)
    elif open_ or spider.choice.waiting:
        yield f"{open_ + spider.choice.waiting} pages are still to be saved: run the same command again, best within the hour"
    elif "failed" in states or "refused" in states:
        yield "what failed is asked for again by the next run, what was refused when --if-older-than has gone by"


def _left(pages: list[tuple[Page, str]]) -> list[str]:
    return [f"{page.url}: left out: {reason}" for page, reason in pages]
