from db.claims.paragraphs import paragraphs
from db.history.comparison.tokenized import TokenizedText
from db.history.comparison.words import Words


def test_paragraphs_have_their_words_mark_section_and_cells():
    markdown = "# Privacy\n\n## Partners\n\n* We share.\n\n| Name | Place |\n| --- | --- |\n| Wick | Oslo |\n"
    assert paragraphs(Words(TokenizedText(markdown))) == [
        ("Partners", "##", "Privacy", ()),
        ("We share.", "*", "Partners", ()),
        ("Name Place", "", "Partners", (("Name", "Name"), ("Place", "Place"))),
        ("Wick Oslo", "", "Partners", (("Name", "Wick"), ("Place", "Oslo"))),
    ]


def test_no_text_has_no_paragraphs():
    assert paragraphs(Words(TokenizedText(""))) == []
