"""Stopping: how a run comes to an early end, because the archive does not want us or because something of ours fails."""

import asyncio

import scrapy

from crawler.errors import LimitsError
from crawler.limits import Pace
from crawler.sources import Source
from db import times

REASONS = ("refused", "store", "limits")  # Scrapy's finish reasons of runs that ended so


class StoppableSpider(scrapy.Spider):
    """A spider of one archive that can be told to stop.

    `problem` and `refused` say afterwards, in one line, what stopped the run early; None where nothing did.
    """

    source: Source
    pace: Pace
    problem: str | None = None
    refused: str | None = None

    @property
    def is_stopping(self) -> bool:
        """Whether no further request is to go out."""
        return bool(self.problem or self.refused) or not self.crawler.crawling

    def refuse(self, reason: str, seconds: float) -> None:
        """Stop the run because the archive does not want us now; `seconds` is how long to stay away."""
        if not self.refused:
            until = times.iso(times.after(seconds))
            self.refused = f"{self.source.name} refuses us: {reason}. Nothing is lost; run this again after {until}"
            self.logger.info(self.refused)
            self._close("refused")

    def stay_away(self) -> bool:
        """Stop the run if the archive has refused us, in an earlier one or to another process; whether the run is stopped."""
        try:
            standing = self.pace.standing()
        except LimitsError as error:
            self.give_up("limits", str(error))
        else:
            if standing.blocked_until:
                self.refuse(standing.reason, standing.blocked_until - standing.now)
        return bool(self.refused or self.problem)

    def give_up(self, reason: str, problem: str) -> None:
        """Stop the run because something of ours fails; `reason` is Scrapy's finish reason, one of REASONS."""
        if not self.problem:
            self.problem = problem
            self._close(reason)

    def _close(self, reason: str) -> None:
        if self.crawler.engine:
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))
