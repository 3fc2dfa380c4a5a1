"""Long lists, a page at a time."""

from typing import NamedTuple

from db.web.common.views import NoSuchPageError


class Pages(NamedTuple):
    """Which part of a list is shown: `number` is counted from 1."""

    total: int
    size: int
    number: int

    @property
    def last(self) -> int:
        """The number of the last page; 1 of an empty list."""
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        """How many rows stand before this page. Raises NoSuchPageError after the last one."""
        if self.number > self.last:
            raise NoSuchPageError(f"there is no page {self.number}; the last is {self.last}")
        return (self.number - 1) * self.size
