"""The form of the page of changes: its values as the visitor wrote them, and what is wrong with them."""

import re
from typing import NamedTuple, Self, cast

from db.query.changes import KINDS, ChangeFilter, Order
from db.query.findings import MOVES, FindingFilter
from db.web.common import form_values
from db.web.common.form_values import FormValues
from db.web.common.views import PageRequest

_MAX_LENGTH = 2_000  # characters of one value that are read
_MAX_QUOTE = 200  # of the words that a finding quotes
_NUMBER = re.compile(r"[0-9]{1,7}", re.ASCII)


class Choice(NamedTuple):
    """A value of a list in the form, and the words for it."""

    value: str
    words: str


KIND = (
    Choice("", "of wording"),
    Choice("presentation", "of links or markup only"),
    Choice("extractor", "of the extraction only"),
    Choice("all", "of every kind"),
)
SAID = (
    Choice("", "any"),
    Choice("announced", "announced: the policy's date moved"),
    Choice("ahead", "announced ahead"),
    Choice("silent", "silent: the policy's date stayed"),
    Choice("undated", "undated: a text states no date"),
    Choice("false", "false: the date went back"),
)
SUSPECT = (Choice("", "shown too"), Choice("no", "left out"), Choice("yes", "nothing else"))
PERIOD = (Choice("", "may lie in it"), Choice("yes", "certainly lie in it"))
ORDERS = (
    Choice("", "newest first"),
    Choice("oldest", "oldest first"),
    Choice("largest", "largest first"),
    Choice("retailer", "by retailer"),
)
MOVE = (Choice("", "any"), *(Choice(move, move) for move in MOVES))
LASTING = (Choice("", "any time"), Choice("yes", "more than one capture, as far as known"))
_LISTS = {
    "move": MOVE,
    "lasting": LASTING,
    "kind": KIND,
    "announced": SAID,
    "suspect": SUSPECT,
    "certain": PERIOD,
    "order": ORDERS,
}


class Preset(NamedTuple):
    """A period that many ask for, as a link above the form."""

    title: str
    since: str
    until: str


PRESETS = (Preset("Around GDPR", "2018-03", "2018-09"), Preset("Around CCPA", "2019-10", "2020-06"))


class ChangesForm(FormValues):
    """The values of the form of the page of changes."""

    @classmethod
    def of(cls, request: PageRequest) -> Self:
        """Read the form of a request, and check each value."""
        names = ("from", "to", "retailer", "min_words", "finding", "quote", *_LISTS)
        values = {name: request.query_value(name)[:_MAX_LENGTH] for name in names}
        values["quote"] = values["quote"][:_MAX_QUOTE]
        return cls(values, _errors(values))

    @property
    def filter(self) -> ChangeFilter:
        """Which changes are wanted. Only for a form without errors."""
        values = self.values
        kinds = KINDS if values["kind"] == "all" else (values["kind"] or "wording",)
        return ChangeFilter(
            self.domains,
            values["from"],
            values["to"],
            certain=bool(values["certain"]),
            min_words=int(values["min_words"] or 0),
            kinds=kinds,
            announced=(values["announced"],) if values["announced"] else (),
            suspect={"yes": True, "no": False}.get(values["suspect"]),
            findings=FindingFilter(
                values["finding"], values["move"], values["quote"], lasting=bool(values["lasting"])
            ),
        )

    @property
    def order(self) -> Order:
        """The order of the list. Only for a form without errors."""
        return cast(Order, self.values["order"] or "newest")

    @property
    def is_empty(self) -> bool:
        """True if nothing was chosen."""
        return not any(self.values.values())

    def preset(self, preset: Preset) -> dict[str, str]:
        """Return the values with the period of a preset, the largest changes first."""
        return {**self.values, "from": preset.since, "to": preset.until, "order": "largest"}

    def has_preset(self, preset: Preset) -> bool:
        """Return whether the period is that of a preset."""
        return (self.values["from"], self.values["to"]) == (preset.since, preset.until)


def _errors(values: dict[str, str]) -> dict[str, str]:
    errors = form_values.errors(values) | form_values.kind_errors(values)
    if values["min_words"] and not _NUMBER.fullmatch(values["min_words"]):
        errors["min_words"] = "“at least … words” must be a whole number, such as 100."
    for name, choices in _LISTS.items():
        known = [choice.value for choice in choices]
        if values[name] not in known:
            errors[name] = f"“{name}” must be one of: {', '.join(filter(None, known))}."
    return errors
