import pytest

from extract.claims import Paragraph, sentences
from extract.claims.rules import rules
from extract.claims.tables import processors

Cells = tuple[tuple[str, ...], ...]


def table(titles: tuple[str, ...], *rows: tuple[str, ...], section: str = "") -> list[Paragraph]:
    """Return the paragraphs of a table. `titles` are its first row."""
    return [
        Paragraph(" ".join(cells), "", section, tuple(zip(titles, cells, strict=True)))
        for cells in (titles, *rows)
    ]


def named(paragraphs: list[Paragraph], language: str = "en") -> list[str]:
    return [name for name in processors(paragraphs, rules(language).grammar) if name]


@pytest.mark.parametrize(
    ("language", "titles", "row", "expected"),
    [
        ("en", ("Sub-processor", "Purpose", "Country"), ("Lampion", "Mail", "USA"), ["Lampion"]),
        ("en", ("Service", "Provider"), ("Newsletter", "Docht Media"), ["Docht Media"]),
        ("en", ("Name of vendor", "Service"), ("Wick Ltd.", "Mail"), ["Wick"]),
        ("en", ("Type", "Delivery"), ("Processor", "Wick (Oslo)"), ["Wick"]),
        ("en", ("Vendor", "Service"), ("24Lamps", "Mail"), ["24Lamps"]),
        ("de", ("Auftragsverarbeiter", "Zweck"), ("Lampion GmbH", "Versand"), ["Lampion"]),
        ("de", ("Dienst", "Anbieter"), ("Statistik", "Docht"), ["Docht"]),
        ("fr", ("Sous-traitant", "Finalité"), ("Lampion SAS", "Envoi"), ["Lampion"]),
        ("fr", ("Outil", "Fournisseur"), ("Mesure", "Docht"), ["Docht"]),
        # A category, a sentence, an address or nothing is no name.
        ("en", ("Vendor", "Data"), ("Advertising partners", "Address"), []),
        ("en", ("Provider", "Data"), ("Various", "Address"), []),
        ("en", ("Provider", "Data"), (".lantern.example", "Address"), []),
        ("en", ("Provider", "Data"), ("", "Address"), []),
        ("en", ("Third parties", "Data"), ("Those who bring lamps to your door each day", "Address"), []),
        ("en", ("First or third party", "Data"), ("First party", "Address"), []),
        ("en", ("Provider", "Data"), ("First party", "Address"), []),
        # These tables do not name those that get data.
        ("en", ("Categories of third parties", "Data"), ("Bakers", "Address"), []),
        ("en", ("Category", "Categories of Third Parties with Whom We Share"), ("Name", "Bakers"), []),
        ("en", ("Data", "Purpose"), ("Address", "Delivery"), []),
        ("de", ("Daten", "Zweck"), ("Anschrift", "Versand"), []),
        ("fi", ("Provider", "Purpose"), ("Lampion", "Mail"), []),
    ],
)
def test_the_column_of_names_has_a_title(
    language: str, titles: tuple[str, ...], row: tuple[str, ...], expected: list[str]
):
    assert named(table(titles, row), language) == expected


def test_the_heading_of_a_table_says_that_its_first_column_has_names():
    titles = "Name", "Service", "Country"
    rows = ("Lampion", "Mail", "Norway"), ("Wick", "Parcels", "Spain")
    assert named(table(titles, *rows, section="Our sub-processors")) == ["Lampion", "Wick"]
    assert named(table(titles, *rows, section="Our lamps")) == []


@pytest.mark.parametrize(
    ("before", "titles", "row"),
    [
        (
            "Third parties",
            ("Legal basis", "What we do"),
            ("Legitimate interest", "We do not sell your data."),
        ),
        ("We use cookies from third parties:", ("Name", "Days"), ("Basket", "30")),
        ("You can opt out of letters by partners.", ("Version", "Date"), ("May 2018", "2018-05-25")),
        ("These are recipients:", ("Data", "Purpose"), ("Address", "Delivery")),
    ],
)
def test_a_table_of_something_else_below_such_words_names_nobody(
    before: str, titles: tuple[str, ...], row: tuple[str, ...]
):
    assert named([Paragraph(before, "", before), *table(titles, row, section=before)]) == []


def test_the_paragraph_before_a_table_says_that_its_first_column_has_names():
    before = Paragraph("We use the following service providers:", "", "")
    lines = table(("Tool", "Country"), ("Lampion", "Norway"))
    assert named([before, *lines]) == ["Lampion"]
    assert named([before, Paragraph("Lamps glow.", "", ""), *lines]) == []


def test_each_row_names_a_recipient_and_states_nothing_else():
    lines = table(("Provider", "Purpose"), ("Lampion", "Analytics cookies"))
    found = [claim for one in sentences(lines) for claim in one.claims]
    assert [(one.kind, one.subject, one.rule) for one in found] == [
        ("recipient", "Lampion", "recipient/named company")
    ]
    assert lines[1].text[found[0].start : found[0].end] == "Lampion"


def test_the_name_of_a_row_is_no_part_of_a_word():
    lines = table(("Use", "Provider"), ("Marking of lamps", "Mark"))
    found = [claim for one in sentences(lines) for claim in one.claims]
    assert [(one.subject, one.start, one.end) for one in found] == [("Mark", 17, 21)]


def test_a_row_with_a_sentence_states_what_it_says():
    lines = table(("Provider", "Use"), ("Lampion", "We do not sell your personal information to it."))
    assert [claim.kind for one in sentences(lines) for claim in one.claims] == ["sale", "recipient"]


def test_a_company_of_the_list_has_one_name_in_a_table_too():
    lines = table(("Provider", "Purpose"), ("Amazon Web Services", "Servers"), ("Lantern", "Lamps"))
    found = [claim.subject for one in sentences(lines) for claim in one.claims]
    assert found == ["Amazon", "Lantern"]
