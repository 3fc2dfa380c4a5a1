"""The form of the panel: its values as the visitor wrote them, and what is wrong with them."""

from typing import NamedTuple, Self

from db.query.panel import PERIODS
from db.web.common import form_values
from db.web.common.form_values import FormValues
from db.web.common.views import PageRequest

_MAX_LENGTH = 2_000  # characters of one value that are read
DEFAULT = "half-year"


class Every(NamedTuple):
    """A length of periods in the form, and the word for it."""

    value: str
    words: str


EVERY = (Every("year", "year"), Every("", "half-year"), Every("quarter", "quarter"), Every("month", "month"))


class PanelForm(FormValues):
    """The values of the form of the panel."""

    @classmethod
    def of(cls, request: PageRequest) -> Self:
        """Read the form of a request, and check each value."""
        names = ("every", "from", "to", "retailer", "attribute")
        values = {name: request.query_value(name)[:_MAX_LENGTH] for name in names}
        errors = form_values.errors(values)
        if values["every"] and values["every"] not in PERIODS:
            errors["every"] = f"“every” must be one of: {', '.join(PERIODS)}."
        return cls(values, errors)

    @property
    def every(self) -> str:
        """The length of a period, one of PERIODS. Only for a form without errors."""
        return self.values["every"] or DEFAULT

    def overlaps(self, start: str, end: str) -> bool:
        """Return whether a period with these first and last days is at least partly in the wanted time."""
        return end >= self.values["from"] and (not self.values["to"] or start <= f"{self.values['to']}~")
