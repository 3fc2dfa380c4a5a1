"""The modal verb of a clause: how strongly it states something."""

import re

_MODAL = re.compile(
    r"""(?ix)\b(?:
    (?P<cannot>cannot|can\ not|can['’]t)
    | (?P<may>may|might|could)(?!\ \d)
    | (?P<can>can|are\ able\ to|is\ able\ to)
    | (?P<will>will|shall|won['’]t)
    | (?P<must>must|(?:is|are)\ (?:required|obliged|obligated)\ to|(?:have|has)\ to|need(?:s)?\ to)
    | (?P<should>should|ought\ to)
    )(?!\w)"""
)


def modality(text: str, trigger: tuple[int, int], clause: tuple[int, int]) -> str:
    """Return the modal verb of a clause: "cannot", "may", "can", "will", "must" or "should"; else "does".

    It is the last one before the end of the trigger: `trigger` are the characters that a rule matched. Verbs
    of one meaning have one name: "might" and "could" are "may", "shall" is "will".
    """
    found = [one.lastgroup for one in _MODAL.finditer(text, clause[0], min(trigger[1], clause[1]))]
    return (found[-1] if found else None) or "does"
