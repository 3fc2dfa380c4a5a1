"""The parameters of a search in all texts: words, retailers and period."""

import re
from dataclasses import dataclass

from sqlite_utils import Database

from db.idn import to_ascii
from db.query.search import MAX_LENGTH, TextQuery
from db.store import retailers
from db.web.common.errors import BadQueryError
from db.web.common.views import PageRequest

_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


@dataclass(frozen=True)
class SearchParams:
    """The parameters `q`, `retailer` (domains), `from` and `to`. Each can be ""."""

    words: str
    retailer: str
    since: str
    until: str

    @classmethod
    def of(cls, request: PageRequest) -> "SearchParams":
        """Read the parameters of a request. Raises BadQueryError for an invalid date."""
        return cls(
            request.query_value("q")[:MAX_LENGTH],
            request.query_value("retailer").lower(),
            _date(request, "from"),
            _date(request, "to"),
        )

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains of the retailers to search. () means all."""
        return tuple(
            to_ascii(word).removeprefix("www.") for word in re.split(r"[\s,]+", self.retailer) if word
        )

    @property
    def query(self) -> dict[str, str]:
        """The parameters in the form that an address needs."""
        return {"q": self.words, "retailer": self.retailer, "from": self.since, "to": self.until}

    def question(self, db: Database, match: str) -> TextQuery:
        """Return the query for the database. `match` are the words as an FTS5 expression.

        Raises UnknownRetailerError.
        """
        domains = tuple(domain for _, domain in retailers.policies(db, self.domains)) if self.domains else ()
        return TextQuery(match, domains, self.since, self.until)


def _date(request: PageRequest, name: str) -> str:
    text = request.query_value(name)
    if text and not _DATE.fullmatch(text):
        raise BadQueryError(f"{name} must be a date like 2018, 2018-05 or 2018-05-25")
    return text
