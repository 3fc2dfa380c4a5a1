"""What can go wrong with a request."""


class BadQuery(Exception):  # noqa: N818 - named for what it is; never a fault of the program
    """The query cannot be answered as it is. The message is one line for the one who asked, the text of a 400."""
