"""Errors of a web request.

Each message is one sentence for the person who sent the request.
"""


class BadQueryError(Exception):
    """A parameter of the request is invalid (status 400)."""


class TooLargeError(BadQueryError):
    """The request needs more work than one visitor may cause (status 400)."""


class NoSuchPageError(Exception):
    """The requested page does not exist (status 404)."""
