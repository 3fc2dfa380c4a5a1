"""The modal verb of a clause: how strongly it states something."""

from extract.claims.grammar import Grammar

MODALS = ("cannot", "may", "can", "will", "must", "should")


def modality(text: str, trigger: tuple[int, int], clause: tuple[int, int], grammar: Grammar) -> str:
    """Return the modal verb of a clause: "cannot", "may", "can", "will", "must" or "should"; else "does".

    It is the last one before the end of the trigger: `trigger` are the characters that a rule matched. Verbs
    of one meaning have one name: "might" and "could" are "may", "shall" is "will".
    """
    found = [one.lastgroup for one in grammar.modality.finditer(text, clause[0], min(trigger[1], clause[1]))]
    return (found[-1] if found else None) or "does"
