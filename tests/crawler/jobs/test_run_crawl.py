"""The Scrapy process of a run, in a process of its own: a reactor cannot be installed twice."""

import sys

from tests.support.processes import run

TIMERS = """
import time
from crawler.jobs.run_crawl import scrapy_process
from crawler.webarchive.sources import find
scrapy_process(find("http://127.0.0.1:9"))
from twisted.internet import reactor
now = time.time
times = [now()]
reactor.callLater(0.05, lambda: (setattr(time, "time", lambda: now() - 3600), times.append(1)))
reactor.callLater(0.1, reactor.stop)
reactor.run()
print(abs(reactor.seconds() - time.monotonic()) < 1)
"""


def test_timers_do_not_use_the_time_of_day():
    ended = run(sys.executable, "-c", TIMERS)
    assert (ended.status, ended.out) == (0, "True\n"), ended.err
