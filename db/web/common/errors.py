"""What can go wrong with a request."""


class BadQueryError(Exception):
    """The query cannot be answered as it is. The message is one line for the one who asked, the text of a 400."""
