"""What the spider hands to the pipeline."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FetchResult:
    """A request for a capture has come to its end: `fetched` are the captures that have a body by it, none for a failure."""

    policy_id: int
    fetched: tuple[int, ...] = ()
