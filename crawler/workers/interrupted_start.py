"""Keep a worker quiet whose start is interrupted. Only the process that starts the workers imports this.

If the main process ends meanwhile (Ctrl-C), the new worker finds the end of the pipe from which it reads its
work, and Python would print a traceback for it.
"""

import pickle
import sys
from types import TracebackType

# The end of a pipe, a piece of an object, or a lock that is removed already.
_INTERRUPTED = (EOFError, pickle.UnpicklingError, OSError)


def _print(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if not issubclass(kind, _INTERRUPTED):
        sys.__excepthook__(kind, error, traceback)


sys.excepthook = _print
