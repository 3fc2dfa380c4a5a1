"""Ctrl-C is not lost in a library that swallows every exception."""

import signal
import threading

import pytest

from crawler.importing.signals import held_back


def test_ctrl_c_waits_for_the_end_of_the_block() -> None:
    is_reached = False
    with pytest.raises(KeyboardInterrupt):
        with held_back():
            try:
                signal.pthread_kill(threading.get_ident(), signal.SIGINT)
                is_reached = True
            except:  # noqa: E722 - as warcio does
                pytest.fail("it came at once")
        pytest.fail("it never came")
    assert is_reached
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_without_a_signal_nothing_happens() -> None:
    with held_back():
        pass
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
