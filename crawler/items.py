"""The two objects that a crawl passes around: a capture to fetch, and the result of a fetch."""

from dataclasses import dataclass

from db.store.captures import Capture
from db.store.retailers import Page


@dataclass(frozen=True)
class FetchTask:
    """A capture of a page that the crawl has to request.

    All `captures` have the same digest. The first one is requested. If it cannot be fetched, the next one is
    requested instead. If the capture is the target of a redirect, `hops` has the urlkeys of the addresses
    that redirected to it, oldest first. A task with a higher `rank` is sent later.
    `is_neighbour`: the web archive offered the capture in place of the target of a redirect.
    With `confirms`, the next capture is requested too if nothing proves that a body is that of the digest.
    """

    page: Page
    captures: list[Capture]
    hops: tuple[str, ...] = ()
    rank: int = 0
    confirms: bool = True
    is_neighbour: bool = False

    @property
    def capture(self) -> Capture:
        """The capture to request."""
        return self.captures[0]


@dataclass(frozen=True)
class FetchResult:
    """The result of a fetch: the policy of the page, and the captures that now have a body.

    `fetched` has the ids of these captures. It is empty if the fetch failed.
    `number` is the number of the open request, or 0 if there is none.
    """

    policy_id: int
    fetched: tuple[int, ...] = ()
    number: int = 0
