"""The two objects that a crawl passes around: a capture to fetch, and the result of a fetch."""

from dataclasses import dataclass

from db.store.captures import Capture
from db.store.retailers import Page


@dataclass(frozen=True)
class FetchTask:
    """A capture of a page that the crawl has to request.

    The first of `captures` is requested; the others have the same digest and are its substitutes. `hops` are
    the urlkeys of the redirects that led here, oldest first. A task with a higher `rank` is sent later. With
    `confirms`, a body that nothing proves to be that of the digest is confirmed by the next capture.
    """

    page: Page
    captures: list[Capture]
    hops: tuple[str, ...] = ()
    rank: int = 0
    confirms: bool = True

    @property
    def capture(self) -> Capture:
        """The capture to request."""
        return self.captures[0]


@dataclass(frozen=True)
class FetchResult:
    """The result of a fetch: the policy of the page, and the captures that now have a body.

    `fetched` are the ids of the captures that got a body by it, empty for a failure. `number` is that of its
    open request, 0 for none.
    """

    policy_id: int
    fetched: tuple[int, ...] = ()
    number: int = 0
