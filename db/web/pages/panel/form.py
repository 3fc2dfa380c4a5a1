"""The form of the panel: its values as the visitor wrote them, and what is wrong with them."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from db.errors import UnknownRetailerError
from db.query.panel import PERIODS
from db.web.common import form_values
from db.web.common.views import PageRequest

_MAX_LENGTH = 2_000  # characters of one value that are read
DEFAULT = "half-year"


class Every(NamedTuple):
    """A length of periods in the form, and the word for it."""

    value: str
    words: str


EVERY = (Every("year", "year"), Every("", "half-year"), Every("quarter", "quarter"), Every("month", "month"))


@dataclass(frozen=True)
class PanelForm:
    """The values of the form as they were written; "" where nothing was chosen.

    `errors` is the name of a field -> what is wrong with its value, one sentence. `near` are domains like an
    unknown one.
    """

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    near: tuple[str, ...] = ()

    @classmethod
    def of(cls, request: PageRequest) -> "PanelForm":
        """Read the form of a request, and check each value."""
        names = ("every", "from", "to", "retailer", "attribute")
        values = {name: request.query_value(name)[:_MAX_LENGTH] for name in names}
        errors = form_values.errors(values)
        if values["every"] and values["every"] not in PERIODS:
            errors["every"] = f"“every” must be one of: {', '.join(PERIODS)}."
        return cls(values, errors)

    def without_retailer(self, error: UnknownRetailerError) -> "PanelForm":
        """Return the same form with an error about a retailer that the archive file does not have."""
        errors = {**self.errors, "retailer": form_values.unknown_retailer(error)}
        return replace(self, errors=errors, near=error.near)

    @property
    def every(self) -> str:
        """The length of a period, one of PERIODS. Only for a form without errors."""
        return self.values["every"] or DEFAULT

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains of the wanted retailers; () means all."""
        return form_values.domains(self.values["retailer"])

    def overlaps(self, start: str, end: str) -> bool:
        """Return whether a period with these first and last days is at least partly in the wanted time."""
        return end >= self.values["from"] and (not self.values["to"] or start <= f"{self.values['to']}~")
