"""What a text states: its claims, each with the rule that recognised it and the words it rests on."""

from extract.claims.claim import Claim, Paragraph, Sentence
from extract.claims.find import sentences
from extract.claims.rules import covers, kinds
from extract.claims.version import version

__all__ = ["Claim", "Paragraph", "Sentence", "covers", "kinds", "sentences", "version"]
