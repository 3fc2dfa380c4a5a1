"""What a text states: its claims, each with the rule that recognised it and the words it rests on."""

from extract.claims.claim import Claim, Paragraph, Sentence
from extract.claims.find import sentences
from extract.claims.rules import covers, kinds
from extract.claims.version import digest_of, version

__all__ = ["Claim", "Paragraph", "Sentence", "covers", "digest_of", "kinds", "sentences", "version"]
