import resource
import signal
from contextlib import suppress

import pytest

from crawler.cli.own_limits import limited
from crawler.errors import OverOwnLimitError


def test_work_over_the_time_ends_with_one_line() -> None:
    why = r"^the search takes over 0\.1 s of processor time$"
    with pytest.raises(OverOwnLimitError, match=why), limited("the search", seconds=0.1):
        while True:
            pass


def test_work_over_the_memory_ends_with_one_line() -> None:
    why = r"^the comparison takes over 2048 MB of memory$"
    with pytest.raises(OverOwnLimitError, match=why), limited("the comparison"):
        bytearray(1 << 45)


def test_afterwards_the_process_has_its_old_limits() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS), signal.getsignal(signal.SIGPROF)
    with limited("the search"):
        assert resource.getrlimit(resource.RLIMIT_AS)[0] > 2048 * 1024 * 1024  # and what it has already
    assert (resource.getrlimit(resource.RLIMIT_AS), signal.getsignal(signal.SIGPROF)) == before
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)


def test_work_that_catches_the_error_ends_with_the_same_line() -> None:
    why = r"^the extraction takes over 0\.1 s of processor time$"
    with (
        pytest.raises(OverOwnLimitError, match=why),
        limited("the extraction", seconds=0.1),
        suppress(OverOwnLimitError),
    ):
        while True:
            pass
