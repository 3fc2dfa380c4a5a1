import pytest

from extract.decoding import pdf
from extract.decoding.pdf.glyphs import Glyph, PdfPage
from extract.decoding.pdf.shapes import bullets_of, grids_of
from tests.support.pdfs import pdf_of

pytest.importorskip("pypdfium2")

DISC = b"%d %d m %d %d 4 4 re f "
ITEMS = [(90, "your name,"), (90, "your address,"), (108, "the street,"), (90, "your orders.")]


def letter(left=100.0, base=100.0, text="a"):
    return Glyph(text, left, left + 5, base, 10.0, bold=False, spaced=False, number=0)


def text(left, base, words):
    return b"BT /F1 11 Tf %d %d Td (%s) Tj ET " % (left, base, words.encode())


def square(left, bottom, length=4):
    return b"%d %d %d %d re f " % (left, bottom, length, length)


def test_drawn_bullets_stand_before_their_items():
    drawn = b"".join(
        text(left, 700 - 14 * number, words) + square(left - 14, 702 - 14 * number)
        for number, (left, words) in enumerate(ITEMS)
    )
    assert pdf.as_html(pdf_of(contents=[text(72, 720, "We collect:") + drawn]))[0] == (
        "<p>We collect:</p><ul><li>your name,</li><li>your address,</li><ul><li>the street,</li></ul>"
        "<li>your orders.</li></ul>"
    )


def test_drawn_shapes_that_are_no_bullets_change_nothing():
    between = text(72, 700, "Look at") + square(110, 702) + text(116, 700, "this sign.")
    alone, underline = square(300, 400), b"72 698 60 1 re f "
    assert pdf.as_html(pdf_of(contents=[between + alone + underline]))[0] == "<p>Look at this sign.</p>"


@pytest.mark.parametrize(
    ("shape", "bullets"),
    [
        ((80, 101, 84, 105), 1),
        ((80, 101, 81, 102), 0),  # a dot
        ((80, 101, 90, 111), 0),  # too large
        ((80, 101, 84, 109), 0),  # too narrow
    ],
)
def test_the_size_of_a_bullet(shape, bullets):
    assert len(bullets_of(PdfPage([letter()], 800, [shape]))) == bullets


def test_a_page_without_characters_has_no_bullets():
    assert bullets_of(PdfPage([], 800, [(80, 101, 84, 105)])) == []


FRAMES = [(x, y, x + 100, y + 20) for y in (60, 80) for x in (50, 150)]
LINES = [(50, y, 250, y + 1) for y in (60, 80, 100)] + [(x, 60, x + 1, 100) for x in (50, 150, 250)]


@pytest.mark.parametrize("shapes", [FRAMES, LINES])
def test_the_borders_of_a_table(shapes):
    (grid,) = grids_of(PdfPage([letter()], 800, shapes))
    assert [round(height) for height in grid.heights] == [60, 80, 100]
    assert [round(place) for place in grid.places] == [50, 150, 250]
    assert [
        grid.cell_of(letter(left, base)) for left, base in ((60, 85), (200, 85), (60, 65), (300, 65))
    ] == [
        (0, 0),
        (0, 1),
        (1, 0),
        None,
    ]


def test_a_cell_across_two_columns():
    shapes = [LINES[0], LINES[1], LINES[2], LINES[3], LINES[5], (150, 60, 151, 80)]
    (grid,) = grids_of(PdfPage([letter()], 800, shapes))
    assert grid.cell_of(letter(200, 85)) == (0, 0)
    assert grid.cell_of(letter(200, 65)) == (1, 1)


@pytest.mark.parametrize(
    "shapes",
    [
        [(50, 60, 250, 100)],  # a frame around a paragraph
        LINES[:3],  # rules between paragraphs
        [(150, 60, 151, 700)],  # a rule between columns
        [(50, 60, 250, 61), (50, 300, 250, 301)],  # underlines
        [],
    ],
)
def test_borders_without_rows_and_columns_are_no_table(shapes):
    assert grids_of(PdfPage([letter()], 800, shapes)) == []
