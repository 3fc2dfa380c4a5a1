import pytest

from extract.decoding import pdf
from tests.support.pdfs import pdf_of

pytest.importorskip("pypdfium2")


def text(left, base, words):
    return b"BT /F1 11 Tf %d %d Td (%s) Tj ET " % (left, base, words.encode())


def frame(left, bottom, right, top):
    return b"%d %d %d %d re S " % (left, bottom, right - left, top - bottom)


ROW = frame(70, 680, 150, 700) + frame(150, 680, 300, 700) + frame(300, 680, 350, 700)
TALL = frame(70, 640, 150, 680) + frame(150, 640, 300, 680) + frame(300, 640, 350, 680)


def test_cells_with_borders_are_read_whole_wherever_their_lines_stand():
    page = (
        text(72, 720, "How long we keep it:") + ROW + TALL
        + text(74, 685, "Data") + text(152, 685, "Purpose") + text(302, 685, "Days")
        + text(152, 665, "Security of the shop and the") + text(74, 659, "Server logs")
        + text(302, 659, "30") + text(152, 652, "detection of fraud")
        + text(72, 620, "That is all.")
    )  # fmt: skip
    assert pdf.as_html(pdf_of(contents=[page]))[0] == (
        '<p>How long we keep it:</p><table border="1"><tr><td>Data</td><td>Purpose</td><td>Days</td></tr>'
        "<tr><td>Server logs</td><td>Security of the shop and the detection of fraud</td><td>30</td></tr>"
        "</table><p>That is all.</p>"
    )


def test_cells_that_touch_each_other_are_cells():
    page = (
        ROW
        + text(100, 685, "Server log")
        + text(152, 685, "Security of the shop, fraud")
        + text(302, 685, "30")
    )
    page += TALL + text(100, 660, "Cart") + text(152, 660, "Basket") + text(302, 660, "7")
    assert pdf.as_html(pdf_of(contents=[page]))[0] == (
        '<table border="1"><tr><td>Server log</td><td>Security of the shop, fraud</td><td>30</td></tr>'
        "<tr><td>Cart</td><td>Basket</td><td>7</td></tr></table>"
    )


def test_a_frame_around_a_page_of_text_is_no_table():
    page = (
        frame(60, 100, 550, 760) + frame(60, 740, 300, 760) + text(72, 700, "We keep your data for 30 days.")
    )
    assert pdf.as_html(pdf_of(contents=[page]))[0] == "<p>We keep your data for 30 days.</p>"


def test_long_cells_of_a_table_without_borders():
    page = [
        (72, 700, 11, "Orders"), (160, 700, 11, "Delivery"), (330, 700, 11, "3650"),
        (72, 680, 11, "The server logs"), (160, 680, 11, "Security and detection of fraud"),
        (330, 680, 11, "30"),
        (72, 640, 11, "That is all."),
    ]  # fmt: skip
    assert pdf.as_html(pdf_of(page))[0] == (
        '<table border="1"><tr><td>Orders</td><td>Delivery</td><td>3650</td></tr>'
        "<tr><td>The server logs</td><td>Security and detection of fraud</td><td>30</td></tr></table>"
        "<p>That is all.</p>"
    )
