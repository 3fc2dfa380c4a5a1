"""Whether a finding lasted, or was undone by the next change."""

from collections.abc import Sequence

from db.findings.content import letters
from db.findings.statement import Finding


def lasting(found: Sequence[Finding], following: Sequence[Finding] | None, *, once: bool) -> list[int | None]:
    """Return for each finding of a change whether it lasted: 1, 0, or None while it is unknown.

    `once` is True if only one good capture shows the new text before the next change of wording, or until
    now. `following` are the findings of that next change; None if there is no such change yet, or if it could
    not be read. A finding is 0 if one capture showed it and the next change takes it back: the same kind,
    and what the one says before is what the other says after, in the same words. While one capture shows the
    newest text, it is None. All others are 1.
    """
    if not once:
        return [1] * len(found)
    if following is None:
        return [None] * len(found)
    undone = {(one.kind, _words(one.after), _words(one.before)) for one in following}
    return [int((one.kind, _words(one.before), _words(one.after)) not in undone) for one in found]


def _words(quote: str) -> tuple[str, ...]:
    return tuple(filter(None, map(letters, quote.split())))
