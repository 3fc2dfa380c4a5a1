"""The form of a search in all texts: words, retailers and period, and what is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlite_utils import Database

from db.errors import UnknownRetailerError
from db.query.searching.search import MAX_LENGTH, TextQuery
from db.store import retailers
from db.web.common import form_values
from db.web.common.views import PageRequest

_MAX_LENGTH = 2_000  # characters of the retailers that are read


@dataclass(frozen=True)
class SearchForm:
    """The fields `q`, `retailer`, `from`, `to` and `certain` as they were written; "" where nothing was.

    `errors` is the name of a field -> what is wrong with its value, one sentence. `near` are domains like an
    unknown one.
    """

    words: str
    retailer: str
    since: str
    until: str
    certain: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    near: tuple[str, ...] = ()

    @classmethod
    def of(cls, request: PageRequest) -> "SearchForm":
        """Read the form of a request, and check each value."""
        form = cls(
            request.query_value("q")[:MAX_LENGTH],
            request.query_value("retailer")[:_MAX_LENGTH],
            request.query_value("from")[:_MAX_LENGTH],
            request.query_value("to")[:_MAX_LENGTH],
            request.query_value("certain")[:_MAX_LENGTH],
        )
        form = replace(form, errors=form_values.errors(form.query))
        return form if form.certain in ("", "yes") else form.refused("certain", "“certain” must be yes.")

    def refused(self, name: str, sentence: str) -> "SearchForm":
        """Return the same form with an error at one field."""
        return replace(self, errors={**self.errors, name: sentence})

    def without_retailer(self, error: UnknownRetailerError) -> "SearchForm":
        """Return the same form with an error about a retailer that the archive file does not have."""
        return replace(self.refused("retailer", form_values.unknown_retailer(error)), near=error.near)

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains of the retailers to search. () means all."""
        return form_values.domains(self.retailer)

    @property
    def query(self) -> dict[str, str]:
        """The fields in the form that an address needs."""
        names = ("q", "retailer", "from", "to", "certain")
        return dict(
            zip(names, (self.words, self.retailer, self.since, self.until, self.certain), strict=True)
        )

    def question(self, db: Database, match: str) -> TextQuery:
        """Return the query for the database. `match` are the words as an FTS5 expression.

        Raises UnknownRetailerError.
        """
        domains = tuple(domain for _, domain in retailers.policies(db, self.domains)) if self.domains else ()
        return TextQuery(match, domains, self.since, self.until, bool(self.certain))
