"""On PYTHONPATH, this makes `archive.test` a name of this machine: an archive that is not one of our own, by its address."""

import socket

NAME = "archive.test"
_look_up, _by_name = socket.getaddrinfo, socket.gethostbyname
socket.getaddrinfo = lambda host, *rest, **options: _look_up(
    "127.0.0.1" if host == NAME else host, *rest, **options
)
socket.gethostbyname = lambda host: _by_name("127.0.0.1" if host == NAME else host)
