import pytest

from extract import extract_policy

pytest.importorskip("pypdf")

LINES = [
    (18, 760, "Privacy Policy"),
    (11, 720, "Birchwood collects your personal information when you order from the catalog, and"),
    (11, 706, "uses cookies. We share it with third parties and service providers only with your con-"),
    (11, 692, "sent."),
    (14, 650, "Your choices"),
    (11, 620, "You may opt out of our mailing list:"),
    (11, 600, "- by e-mail"),
    (11, 586, "- by mail"),
    (11, 40, "Page 1 of 1"),
]


def pdf_of(lines):
    """Write a PDF of one page by hand: (size, height, text) a line."""
    content = "\n".join(
        f"BT /F1 {size} Tf 72 {height} Td ({text}) Tj ET" for size, height, text in lines
    ).encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Title(Birchwood Privacy)>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(body)
    body += b"xref\n0 7\n0000000000 65535 f \n" + table
    return body + b"trailer<</Size 7/Root 1 0 R/Info 6 0 R>>\nstartxref\n%d\n%%%%EOF" % start


def test_a_text_pdf_becomes_the_same_markdown():
    document = extract_policy(
        pdf_of(LINES), url="https://www.birchwood.example/privacy.pdf", content_type="application/pdf"
    )
    assert document.verdict == "policy"
    assert document.text == (
        "# Birchwood Privacy\n\n"
        "## Privacy Policy\n\n"
        "Birchwood collects your personal information when you order from the catalog, and uses cookies. "
        "We share it with third"
        " parties and service providers only with your consent.\n\n"
        "## Your choices\n\n"
        "You may opt out of our mailing list:\n\n"
        "  * by e-mail\n"
        "  * by mail\n"
    )


def test_a_pdf_without_text_says_so():
    document = extract_policy(pdf_of([]), url="https://www.birchwood.example/privacy.pdf")
    assert (document.verdict, document.reason) == ("pdf", "a PDF without text: scanned, or pictures only")


def test_a_broken_pdf_says_so():
    document = extract_policy(b"%PDF-1.4\n%%EOF", url="https://www.birchwood.example/privacy.pdf")
    assert document.verdict == "pdf"
    assert document.reason.startswith("a PDF that cannot be read: it is broken")


def test_without_pypdf_the_verdict_says_so(monkeypatch):
    monkeypatch.setattr("extract.decoding.pdf.available", lambda: False)
    document = extract_policy(pdf_of(LINES), url="https://www.birchwood.example/privacy.pdf")
    assert (document.verdict, document.reason) == (
        "pdf",
        "a PDF, and pypdf is not installed: its text is not read",
    )
