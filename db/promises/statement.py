"""The values of this package: what a version states, and promises with the times in which they stand."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

KINDS = ("sale", "sharing", "retention", "right", "choice", "notice", "children")
"""The kinds of claims that are promises."""

Ending = Literal["removed", "reversed", "changed"]


class Stated(NamedTuple):
    """A claim of a version, as far as it matters whether two claims promise the same.

    `language` is that of its text, a two-letter code, or "". The rest is as in the view `claims`.
    """

    kind: str
    polarity: str
    subject: str
    value: str | None
    unit: str | None
    scope: str | None
    quote: str
    language: str

    @property
    def amount(self) -> str:
        """Its number for people: `13 months`, `1 year`, `age 16`, `1000 USD`; "" without one."""
        if self.value is None:
            return ""
        if self.unit == "age":
            return f"age {self.value}"
        unit = self.unit or ""
        return f"{self.value} {unit.removesuffix('s') if self.value == '1' else unit}".strip()


class ShownVersion(NamedTuple):
    """A time in which one version was shown: what it states, and from which to which good capture.

    Moments are ISO 8601.
    """

    version: int
    since: str
    until: str
    stated: tuple[Stated, ...]


class Wording(NamedTuple):
    """Words in which a promise stood, with the first capture and the version that have them first."""

    since: str
    version: int
    stated: Stated


@dataclass(frozen=True)
class Promise:
    """A promise of a policy, and the time in which it stood, whatever its words.

    - `last_without`, `first_with`: the captures between which it began; `last_without` is None if the first
      version that was read has it
    - `last_with`, `first_without`: the captures between which it ended; `first_without` is None if it
      did not end
    - `ending`: "removed"; "reversed" if the text then says the opposite; "changed" if it then has another
      number; None if it did not end
    - `last`: the words, as a statement of one of KINDS, that stood last; of several, those that began last
    - `wordings`: its words, by when each began
    - `after`: what the text says instead, for a reversed or changed promise
    - `unknown_until`: the last capture before `first_with`, if there is one and no earlier text was read for
      claims: it may have begun earlier; None otherwise
    - `unknown_since`: the first capture after `last_with`, if no version since then was read for claims; None
      if it stands or ended

    Moments are ISO 8601.
    """

    last_without: str | None
    first_with: str
    last_with: str
    first_without: str | None
    ending: Ending | None
    last: Stated
    wordings: tuple[Wording, ...]
    after: Stated | None
    unknown_until: str | None = None
    unknown_since: str | None = None

    @property
    def stands(self) -> bool | None:
        """Whether the latest version has it; None if that is not known."""
        return None if self.unknown_since else self.first_without is None
