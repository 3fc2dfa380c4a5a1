"""Make `archive.test` a name of this machine, for processes with this folder on PYTHONPATH.

The program takes an archive at this name for one that is not on this machine.
"""

import socket

NAME = "archive.test"
_addresses, _by_name = socket.getaddrinfo, socket.gethostbyname
socket.getaddrinfo = lambda host, *rest, **options: _addresses(
    "127.0.0.1" if host == NAME else host, *rest, **options
)
socket.gethostbyname = lambda host: _by_name("127.0.0.1" if host == NAME else host)
