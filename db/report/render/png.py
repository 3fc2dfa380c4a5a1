"""The picture of a table as PNG, with the letters of one font, so that it is the same on every machine.

resvg draws it. It has no font of its own, and leaves out all words without one, so it takes Bitstream Vera,
which reportlab brings with it. Both packages need no library of the system.
"""

from collections.abc import Callable
from pathlib import Path

from db.errors import MissingExtraError

_ZOOM = 2.0  # pixels of the picture for one of the SVG


def renderer() -> Callable[[str], bytes]:
    """Return a function that draws an SVG document as PNG. A sign that the font lacks is left out.

    Raises MissingExtraError.
    """
    try:
        import reportlab  # noqa: PLC0415 - an extra
        from resvg_py import svg_to_bytes  # noqa: PLC0415
    except ModuleNotFoundError:
        raise MissingExtraError("pictures as PNG need resvg-py and reportlab", "png") from None
    fonts = Path(reportlab.__file__).parent / "fonts"
    files = [str(fonts / name) for name in ("Vera.ttf", "VeraBd.ttf")]

    def draw(svg: str) -> bytes:
        return bytes(
            svg_to_bytes(
                svg_string=svg,
                skip_system_fonts=True,
                font_files=files,
                sans_serif_family="Bitstream Vera Sans",
                zoom=_ZOOM,
            )
        )

    return draw
