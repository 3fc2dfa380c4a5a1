"""Commands that run in a copy of a process which has imported them already.

Most of the processor time of a short command are its imports. `run` asks a process of this module, one for
each process of pytest, to fork a copy. The copy has its own session, environment and pipes, and runs what
`python -m crawler.cli` runs. Its workers start as always. Tests of signals, kills and starts use
`processes.start`, which starts a new process.

`python -m tests.support.warm FD` is that process; FD is a socket on which it gets the commands.
"""

import importlib
import io
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NoReturn

_MOST = 1 << 20  # bytes of a command with its environment
_IMPORTED = (
    "crawler.cli.main",
    "crawler.cli.fetch.crawl",
    "crawler.cli.fetch.import_",
    "crawler.cli.rebuild",
    "crawler.cli.verify",
    "crawler.middlewares",
    "crawler.pipelines",
)


class Warm:
    """A process that has imported the commands, with a folder and an environment. It ends with this one."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(theirs.fileno())],
                cwd=folder,
                env=environment,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )

    def run(self, arguments: Sequence[str], environment: Mapping[str, str], seconds: float) -> list[str]:
        """Run a command to its end. Return its exit status, its output and its errors.

        After so many seconds, the command is killed with its children. Then TimeoutError is raised.
        """
        pipes = [os.pipe() for _ in range(3)]
        ends = [end for _, end in pipes]
        try:
            socket.send_fds(self._ours, [json.dumps([arguments, dict(environment)]).encode()], ends)
        finally:
            for end in ends:
                os.close(end)
        status, out, err = _read([begin for begin, _ in pipes], time.monotonic() + seconds)
        return [status.split()[1], out, err]


def _read(files: Sequence[int], deadline: float) -> list[str]:
    """Return all that comes through pipes, and close them."""
    found = dict.fromkeys(files, b"")
    with selectors.DefaultSelector() as selector, ExitStack() as stack:
        for file in files:
            stack.callback(os.close, file)
            selector.register(file, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(deadline - time.monotonic())
            if not ready and time.monotonic() > deadline:
                os.killpg(int(found[files[0]]), signal.SIGKILL)
                raise TimeoutError(found)
            for key, _ in ready:
                if part := os.read(key.fd, 1 << 16):
                    found[key.fd] += part
                else:
                    selector.unregister(key.fd)
    return [io.TextIOWrapper(io.BytesIO(one)).read() for one in found.values()]


def _serve(commands: socket.socket) -> None:
    for name in _IMPORTED:
        importlib.import_module(name)
    while True:
        message, files, _, _ = socket.recv_fds(commands, _MOST, 3)
        if not message:
            return
        if not os.fork():
            commands.close()
            _attend(*json.loads(message), *files)
        for file in files:
            os.close(file)
        with suppress(ChildProcessError):  # none is left
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _attend(arguments: list[str], environment: dict[str, str], status: int, out: int, err: int) -> None:
    """Fork the command, wait for its end, and write its exit status."""
    if not (command := os.fork()):
        os.close(status)
        _become(arguments, environment, out, err)
        return
    os.close(out)
    os.close(err)
    os.write(status, b"%d\n" % command)
    ended = os.waitstatus_to_exitcode(os.waitpid(command, 0)[1])
    os.write(status, b"%d\n" % ended)
    os._exit(0)


def _become(arguments: list[str], environment: dict[str, str], out: int, err: int) -> NoReturn:
    os.setsid()
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.close(out)
    os.close(err)
    os.environ.clear()
    os.environ.update(environment)
    # Click takes the name of the command from here, and workers import this module.
    sys.modules["__main__"] = entry = importlib.import_module("crawler.cli.__main__")
    sys.argv = [str(entry.__file__), *arguments]
    importlib.import_module("crawler.cli").main()
    sys.exit(0)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
