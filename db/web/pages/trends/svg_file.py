"""A chart of the trends as an SVG file, with its own style, legend and source."""

import re
from typing import Any

from db.web.common.responses import Response
from db.web.common.views import PageRequest

_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# The drawing has its own style, and nothing else that a browser runs or loads.
_DRAWING_SAFETY = [
    ("content-security-policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
]


async def as_svg(request: PageRequest, template: str, **context: Any) -> Response:
    """Return a rendered template as an SVG file. In the template, `database` is the name of the archive."""
    text = await request.datasette.render_template(
        f"policytrail/{template}", {**context, "database": request.archive.name}, request.http
    )
    text = _NOT_IN_XML.sub("", text)  # of the words of a visitor
    content = [("content-type", "image/svg+xml; charset=utf-8")]
    return Response(200, content, text.strip().encode("utf-8", "replace"), _DRAWING_SAFETY)
