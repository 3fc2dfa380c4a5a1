"""The paragraphs of a text in the form in which claims are read from them."""

from db.claims.statement import Paragraph
from db.history.comparison.tables import row
from db.history.comparison.words import Words


def paragraphs(words: Words) -> list[Paragraph]:
    """Return each paragraph of a text: its words, mark, section, and cells if it is the row of a table."""
    lines = words.text.rows
    return [
        (words.paragraph_text(number), one.mark, one.section, row(*lines.get(number, ("", ""))))
        for number, one in enumerate(words.paragraphs)
    ]
