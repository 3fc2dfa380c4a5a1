"""Values of forms that several pages have: dates and retailers."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from markupsafe import Markup
from sqlite_utils import Database

from db.errors import UnknownRetailerError
from db.findings.statement import KINDS
from db.idn import to_ascii, to_unicode
from db.web.common.dates import is_date

MAX_RETAILERS = 50  # in one question
_OFFERED = 1_000  # retailers that a field suggests; another one can be typed


@dataclass(frozen=True)
class FormValues:
    """The values of a form as they were written; "" where nothing was chosen.

    `errors` is the name of a field -> what is wrong with its value, one sentence. `near` are domains like an
    unknown one.
    """

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    near: tuple[str, ...] = ()

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains of the wanted retailers; () means all."""
        return domains(self.values["retailer"])

    def without_retailer(self, error: UnknownRetailerError) -> Self:
        """Return the same form with an error about a retailer that the archive file does not have."""
        return replace(self, errors={**self.errors, "retailer": unknown_retailer(error)}, near=error.near)


def errors(values: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with the fields `from`, `to` and `retailer`: name -> one sentence."""
    found = {}
    for name in ("from", "to"):
        if values[name] and not is_date(values[name]):
            found[name] = f"“{name}” must be a date like 2018, 2018-05 or 2018-05-25."
    if not found and values["to"] and values["from"] > f"{values['to']}~":
        found["to"] = "“to” must not be before “from”."
    if len(domains(values["retailer"])) > MAX_RETAILERS:
        found["retailer"] = f"Name at most {MAX_RETAILERS} retailers."
    return found


def kind_errors(values: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with the field `finding`, as `errors` does: it is "" or a kind of findings."""
    if values["finding"] in ("", *KINDS):
        return {}
    return {"finding": f"“finding” must be one of: {', '.join(KINDS)}."}


def domains(text: str) -> tuple[str, ...]:
    """Return the domains in a text, as the archive file stores them; () without any.

    A name in double quotes is taken as it is, also if it is no domain; `""` in it is a quote.
    """
    found: list[str] = []
    for is_quoted, part in _parts(text):
        words = [part] if is_quoted else re.split(r"[\s,]+", part.lower())
        found += words if is_quoted else (to_ascii(word).removeprefix("www.") for word in words)
    return tuple(dict.fromkeys(filter(None, found)))


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the parts of a text in double quotes, and those between; each with whether it is quoted.

    A text with a quote that does not end is one part.
    """
    parts = text.split('"')
    if len(parts) % 2 == 0:
        yield False, text
        return
    quoted: list[str] = []
    for number, part in enumerate(parts):
        if number % 2:
            quoted.append(part)
        elif part or number == len(parts) - 1:  # an empty part between two quotes is a quote
            yield True, '"'.join(quoted)
            yield False, part
            quoted = []


def written(domain: str) -> str:
    """Return a domain as `domains` reads it: in double quotes if it is none."""
    if '"' not in domain and domains(domain) == (domain,):
        return domain
    return '"{}"'.format(domain.replace('"', '""'))


def unknown_retailer(error: UnknownRetailerError) -> str:
    """Return the error as a sentence. In a form, `near` makes links of its suggestions."""
    sentence = str(error).partition(": see 'policytrail")[0]
    return sentence[:1].upper() + sentence[1:] + ("" if sentence.endswith("?") else ".")


def offered_retailers(db: Database) -> Markup:
    """Return the options of the field of retailers: those with a version, at most _OFFERED of them."""
    rows = db.execute(
        """select r.domain, r.name from retailers r join policies p on p.retailer = r.domain
        where p.kind = 'privacy' and exists (select 1 from versions v where v.policy_id = p.id)
        order by r.domain limit ?""",
        [_OFFERED],
    )
    option = Markup('<option value="{}">{}</option>')
    return Markup("").join(
        option.format(written(domain), name or to_unicode(domain)) for domain, name in rows
    )
