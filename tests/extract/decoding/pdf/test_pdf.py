import pytest

from extract import extract_policy
from extract.decoding import pdf
from tests.support.pdfs import lines, pdf_of

pytest.importorskip("pypdfium2")

URL = "https://www.birchwood.example/privacy.pdf"
FULL = "We use the personal information that you give us to send the order, and we share it with few."
PAGE = [
    (72, 760, 18, "Privacy Policy"),
    *lines(
        720,
        "Birchwood collects your personal information when you order from the catalog, and",
        "uses cookies. We share it with third parties and service providers only with your con-",
        "sent.",
    ),
    (72, 650, 14, "Your choices"),
    (72, 620, 11, "You may opt out of our mailing list:"),
    *lines(600, "- by e-mail", "- by mail"),
    (72, 40, 11, "Page 1 of 1"),
]
TEXT = (
    "Birchwood collects your personal information when you order from the catalog, and uses cookies. We share"
    " it with third parties and service providers only with your consent.\n\n"
    "## Your choices\n\nYou may opt out of our mailing list:\n\n  * by e-mail\n  * by mail\n"
)


def extract(body):
    return extract_policy(body, url=URL, content_type="application/pdf")


def html(*pages, **more):
    return pdf.as_html(pdf_of(*pages, **more))[0]


def test_a_text_pdf_becomes_the_same_markdown():
    document = extract(pdf_of(PAGE, title="Birchwood Privacy"))
    assert document.verdict == "policy"
    assert document.text == f"# Birchwood Privacy\n\n## Privacy Policy\n\n{TEXT}"


@pytest.mark.parametrize("title", ["", "untitled", "Microsoft Word - a.docx", "Privacy_2018", "12", "x.indd"])
def test_without_a_title_of_its_own_the_first_largest_line_is_the_title(title):
    assert extract(pdf_of(PAGE, title=title)).text == f"# Privacy Policy\n\n{TEXT}"


def test_a_title_of_two_lines():
    page = [(72, 760, 18, "Privacy Policy of"), (72, 738, 18, "Birchwood Lamps"), *PAGE[1:]]
    assert extract(pdf_of(page)).title == "Privacy Policy of Birchwood Lamps"


def test_a_pdf_without_text_says_so():
    document = extract(pdf_of([]))
    assert (document.verdict, document.reason) == ("pdf", "a PDF without text: scanned, or pictures only")


def test_a_broken_pdf_says_so():
    document = extract(b"%PDF-1.4\n%%EOF")
    assert (document.verdict, document.reason) == ("pdf", "a PDF that cannot be read: it is broken")


@pytest.mark.slow
def test_a_pdf_that_ends_its_reader_says_so():
    # Forms that each show the next one twice: PDFium ends its process at the limit of memory.
    inner = "Resources<</XObject<</X %d 0 R>>>>>>stream\n/X Do /X Do \nendstream endobj\n"
    forms = "".join(
        f"{number} 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 12/{inner % (number + 1)}"
        for number in range(10, 50)
    )
    body = (
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>> endobj\n"
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 10 0 R/Resources<</XObject"
        f"<</X 10 0 R>>>>>> endobj\n{forms}trailer<</Root 1 0 R>>\n%%EOF"
    )
    document = extract(body.encode())
    assert (document.verdict, document.reason) == (
        "pdf",
        "a PDF that cannot be read: it takes too much time or memory, or crashes its reader",
    )


def test_a_pdf_of_too_many_bytes_says_so():
    document = extract(b"%PDF-1.4\n" + b"x" * pdf.MAX_BODY)
    assert document.reason == "a PDF that cannot be read: it has more than 16 MB"


def test_without_pypdfium2_the_verdict_says_so(monkeypatch):
    monkeypatch.setattr("extract.decoding.pdf.available", lambda: False)
    document = extract(pdf_of(PAGE))
    assert (document.verdict, document.reason) == (
        "pdf",
        "a PDF, and pypdfium2 is not installed: its text is not read",
    )


def test_lines_that_are_only_a_number_or_a_frequent_word_stay():
    pages = [
        lines(760, "We keep", "the", "orders for", "10", "years and", "the", "logs for", "30", "days.")
    ] * 3
    sentence = "We keep the orders for 10 years and the logs for 30 days."
    assert html(*pages) == f"<p>{sentence}</p>" * 3


def test_pieces_of_a_line_are_joined_and_spaces_within_words_are_mended():
    pieces = b"BT /F1 11 Tf 72 700 Td (We keep or) Tj (ders for) Tj ( 10) Tj ( ) Tj (years.) Tj ET"
    kerned = b"BT /F1 11 Tf 72 700 Td [(pri) -60 (va) 60 (cy)( ) 270 (policy) -400 (here)] TJ ET"
    spaced = b"BT /F1 11 Tf 5 Tc 72 700 Td (PRIVACY POLICY) Tj ET"
    assert html(contents=[pieces]) == "<p>We keep orders for 10 years.</p>"
    assert html(contents=[kerned]) == "<p>privacypolicy here</p>"
    assert html(contents=[spaced]) == "<p>PRIVACY POLICY</p>"


def test_raised_numbers_belong_to_their_line_and_slanted_text_does_not():
    note = [(72, 700, 11, "A note"), (104, 704, 7, "1"), (112, 700, 11, "on cookies.")]
    assert html(note) == "<p>A note1 on cookies.</p>"
    slanted = b"BT /F1 60 Tf 0.7 0.7 -0.7 0.7 100 300 Tm (DRAFT) Tj ET\nBT /F1 11 Tf 72 700 Td (Text.) Tj ET"
    assert html(contents=[slanted]) == "<p>Text.</p>"
    sideways = b"BT /F1 11 Tf 0 1 -1 0 %d 72 Tm (%s) Tj ET "
    assert html(contents=[sideways % (100, b"We read") + sideways % (114, b"sideways.")]) == (
        "<p>We read sideways.</p>"
    )


def test_running_lines_are_left_out_by_their_place():
    pages = [
        [
            (72, 765, 8, f"Birchwood – Part {number}"),
            *lines(720, f"The text of part {number} is here.", "5"),
            (300, 30, 8, str(number)),
        ]
        for number in range(1, 5)
    ]
    assert html(*pages) == "".join(
        f"<p>The text of part {number} is here.</p><p>5</p>" for number in range(1, 5)
    )


def test_a_heading_below_a_running_line_stays():
    pages = [
        [(72, 765, 8, "Birchwood"), (72, 742, -11, f"{number}. Part {number}"), *lines(720, FULL, FULL)]
        for number in range(1, 4)
    ]
    assert html(*pages) == "".join(
        f"<h2>{number}. Part {number}</h2><p>{FULL} {FULL}</p>" for number in range(1, 4)
    )


def test_a_heading_on_one_page_and_a_number_in_the_text_are_no_running_lines():
    assert html([(72, 765, 16, "Privacy"), *lines(720, "Ten.", "20")], lines(720, "Thirty.", "7")) == (
        "<h1>Privacy</h1><p>Ten.</p><p>20</p><p>Thirty.</p><p>7</p>"
    )


def test_bullets_stand_with_their_items_and_levels():
    page = [
        (72, 700, 11, "\u2022"), (90, 700, 11, "your name and your address, that we need to send you what"),
        (90, 686, 11, "you ordered;"),
        (90, 672, 11, "o"), (108, 672, 11, "3 names at most"),
        (72, 658, 11, "\u2022"), (90, 658, 11, "30"),
        (72, 630, 11, "1."), (90, 630, 11, "Numbers stay."),
    ]  # fmt: skip
    assert html(page) == (
        "<ul><li>your name and your address, that we need to send you what you ordered;</li>"
        "<ul><li>3 names at most</li></ul><li>30</li></ul><p>1. Numbers stay.</p>"
    )


def test_tables_are_read_cell_by_cell():
    page = [
        (72, 700, 11, "Cookie"), (160, 700, 11, "Purpose"), (400, 700, 11, "Months"),
        (72, 680, 11, "basket"), (160, 680, 11, "Remembers what you"), (410, 680, 11, "120"),
        (160, 668, 11, "want to order"),
        (72, 648, 11, "count"), (160, 648, 11, "Counts visits"), (416, 648, 11, "3"),
        (72, 610, 11, "That is all."),
    ]  # fmt: skip
    assert html(page) == (
        '<table border="1"><tr><td>Cookie</td><td>Purpose</td><td>Months</td></tr>'
        "<tr><td>basket</td><td>Remembers what you want to order</td><td>120</td></tr>"
        "<tr><td>count</td><td>Counts visits</td><td>3</td></tr></table><p>That is all.</p>"
    )


def test_cells_that_are_wrapped_without_a_gap_between_rows():
    page = [
        (72, 700, 11, "Data"), (250, 700, 11, "Why"), (400, 700, 11, "Kept"),
        (72, 688, 11, "Names and"), (250, 688, 11, "To send"), (400, 688, 11, "7 years"),
        (72, 676, 11, "addresses"), (250, 676, 11, "orders"),
        (72, 664, 11, "Payments"), (250, 664, 11, "To be paid"), (400, 664, 11, "10 years"),
    ]  # fmt: skip
    assert html(page) == (
        '<table border="1"><tr><td>Data</td><td>Why</td><td>Kept</td></tr>'
        "<tr><td>Names and addresses</td><td>To send orders</td><td>7 years</td></tr>"
        "<tr><td>Payments</td><td>To be paid</td><td>10 years</td></tr></table>"
    )


def test_two_pieces_in_one_line_are_no_table():
    assert html([(72, 700, 11, "Version 3"), (400, 700, 11, "May 2020"), (72, 660, 11, "Text.")]) == (
        "<p>Version 3 May 2020</p><p>Text.</p>"
    )


def test_columns_of_text_are_read_one_after_the_other():
    left = [f"In column one the line {number} is long," for number in range(1, 8)]
    right = [f"in column two the line {number} is long," for number in range(1, 8)]
    page = [(72, 760, 20, "Policy"), *lines(700, *left, size=9), *lines(697, *right, left=320, size=9)]
    assert html(page) == f"<h1>Policy</h1><p>{' '.join(left + right)}</p>"


def test_headings_by_size_and_bold_lines():
    page = [
        (72, 760, 20, "Policy"),
        (72, 730, 15, "Part"),
        (72, 710, -11, "Sharing"),
        *lines(694, FULL, "And that is all of it."),
        (72, 660, -11, "This is a bold sentence and no heading."),
        *lines(640, FULL, FULL),
    ]
    assert html(page) == (
        f"<h1>Policy</h1><h2>Part</h2><h3>Sharing</h3><p>{FULL} And that is all of it.</p>"
        f"<p>This is a bold sentence and no heading.</p><p>{FULL} {FULL}</p>"
    )


def test_divided_words_are_joined_and_compounds_keep_their_hyphen():
    page = lines(
        700,
        "We share it with third-party services, and collect per-",
        "sonal information with your con-",
        "sent, also of third-",
        "party services and by e-",
        "mail.",
    )
    assert html(page) == (
        "<p>We share it with third-party services, and collect personal information with your consent, also"
        " of third-party services and by e-mail.</p>"
    )


def test_a_paragraph_goes_on_on_the_next_page_and_ends_at_a_gap():
    first = [*lines(700, "We keep the data that we need for"), (300, 30, 9, "1")]
    second = [
        *lines(700, "our work.", "Nothing else is kept."),
        *lines(650, "we end here."),
        (300, 30, 9, "2"),
    ]
    assert html(first, second) == (
        "<p>We keep the data that we need for our work.</p><p>Nothing else is kept.</p><p>we end here.</p>"
    )


def test_leaders_of_a_table_of_contents_are_one_sign():
    assert html(lines(700, "1. Sharing . . . . . . . . . . . . . . . . 3")) == "<p>1. Sharing … 3</p>"


def test_an_address_in_a_line_of_its_own_begins_a_paragraph():
    page = lines(
        700, "Birchwood Lamps", "1010 Vienna, Austria", "privacy@birchwood.example", "www.birchwood.example"
    )
    assert html(page) == (
        "<p>Birchwood Lamps</p><p>1010 Vienna, Austria</p><p>privacy@birchwood.example</p>"
        "<p>www.birchwood.example</p>"
    )


def test_pages_that_are_pictures_or_too_many_lower_the_completeness():
    picture = b"q 300 0 0 300 100 100 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x00 EI Q"
    document = extract(pdf_of(PAGE, PAGE, contents=[picture]))
    assert (document.verdict, document.completeness) == ("policy", 0.6666)
    assert document.reason.endswith("; 1 of 3 pages are pictures or could not be read")
    assert extract(pdf_of(PAGE, PAGE, [])).completeness == 1.0
    assert extract(pdf_of(*[PAGE] * 201)).reason.endswith("1 of 201 pages are pictures or could not be read")
