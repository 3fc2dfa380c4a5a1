"""The frame of an HTML page that is one file, without scripts, for readers who have no server."""

from html import escape

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
{policy}<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""
_ALONE = "default-src 'none'; style-src 'unsafe-inline'"


def frame(title: str, style: str, body: str, *, alone: bool = False) -> str:
    """Return a page with a title in plain text, a style sheet, and a body in HTML.

    A page that is `alone` may load nothing, also no picture.
    """
    policy = f'<meta http-equiv="Content-Security-Policy" content="{_ALONE}">\n' if alone else ""
    return _PAGE.format(title=escape(title), style=style, body=body, policy=policy)
