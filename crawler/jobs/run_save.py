"""The run of the save spider, and a preview of what it would do."""

from collections.abc import Callable
from contextlib import closing

from scrapy import signals

from crawler.errors import NoSaveError, NothingToDoError
from crawler.jobs.progress import progress
from crawler.jobs.run_crawl import scrapy_process
from crawler.runs import Result, check_report
from crawler.save.plan import Choice, SavePlan, choose
from crawler.save.summary import left_out
from crawler.spiders.save import SaveSpider
from crawler.throttling.admission import wait_until_allowed
from db.database import open_archive
from db.store import retailers
from db.write_lock import exclusive_writer


def intentions(plan: SavePlan) -> list[str]:
    """Return what a save run would do now, as one line for each page.

    Raises ArchiveError, NothingToDoError.
    """
    choice = _choice(plan)
    lines = [f"{page.url}: would be asked for" for page in choice.ask]
    lines += [
        f"{page.url}: asked for at {begun.asked_at}; what became of it would be looked up"
        for page, begun in choice.resume
    ]
    return [*lines, *left_out(choice.left), *left_out(choice.elsewhere)]


def save(plan: SavePlan, *, waiting: Callable[[str], object] | None = None) -> Result:
    """Request captures of the pages of a plan, and return the result.

    Call this only once in a process, because Scrapy cannot start again. If the run must wait for another run
    or for the web archive, call `waiting` with a line of text. Without `waiting`, do not wait.

    Raises before the first request: ArchiveError, ReportError, NothingToDoError, RefusedError, LimitsError.
    Raises NoSaveError if the web archive does not accept the keys or has no Save Page Now.
    """
    check_report(plan.report)
    _choice(plan)
    wait_until_allowed(plan.source, waiting)
    with exclusive_writer(plan.db, plan.command, waiting):
        return _save(plan)


def _save(plan: SavePlan) -> Result:
    process = scrapy_process(plan.source)
    crawler = process.create_crawler(SaveSpider)
    with progress() as shown:
        task = shown.add_task("saving", total=None)

        def show(spider: SaveSpider) -> None:
            total = len(spider.choice.ask) + len(spider.choice.resume)
            shown.update(task, completed=len(spider.outcomes), total=total)

        crawler.signals.connect(show, signals.response_received, weak=False)
        process.crawl(crawler, plan=plan)
        process.start()
    spider = crawler.spider
    if not isinstance(spider, SaveSpider) or not spider.result:
        return Result(3, "the run did not start", "the run did not start")
    if spider.permanent_failure:
        raise NoSaveError(f"{spider.source.name}: {spider.permanent_failure}")
    return spider.result


def _choice(plan: SavePlan) -> Choice:
    """Choose the pages before the run starts.

    A bad archive file then leads to an error message of one line.
    """
    with closing(open_archive(plan.db)) as db:
        if not retailers.policies(db):
            raise NothingToDoError(
                f"{plan.db} has no retailers yet: crawl some first (see 'policytrail retailers')"
            )
        return choose(db, plan)
