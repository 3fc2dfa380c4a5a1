"""Work is spread over processes: in order, with few things read ahead, and with the errors of the work."""

import os
from collections.abc import Generator, Iterator

import pytest

from crawler.errors import WorkersError
from crawler.workers.spread import FEW, WorkerSpread

MANY = FEW + 150


def with_process(number: int) -> tuple[int, int]:
    return number, os.getpid()


def failing(number: int) -> int:
    if number == MANY - 1:
        raise ValueError(f"{number} fails")
    return number


def ended(number: int) -> int:
    if number == MANY - 1:
        os._exit(7)
    return number


def test_many_things_are_done_in_order_by_other_processes() -> None:
    found = list(WorkerSpread(2)(with_process, range(MANY)))
    assert [number for number, _ in found] == list(range(MANY))
    assert os.getpid() not in {process for _, process in found}


@pytest.mark.parametrize(("jobs", "things"), [(2, FEW - 1), (1, MANY), (2, 0)])
def test_few_things_and_one_process_need_no_worker(jobs: int, things: int) -> None:
    found = list(WorkerSpread(jobs)(with_process, range(things)))
    assert found == [(number, os.getpid()) for number in range(things)]


def test_things_are_read_only_a_little_ahead() -> None:
    read: list[int] = []

    def things() -> Iterator[int]:
        for number in range(10 * MANY):
            read.append(number)
            yield number

    done = WorkerSpread(2)(failing, things())
    assert next(done) == 0
    assert len(read) < FEW + 200
    assert isinstance(done, Generator)
    done.close()  # the workers end


def test_the_error_of_the_work_is_raised() -> None:
    with pytest.raises(ValueError, match=f"{MANY - 1} fails"):
        list(WorkerSpread(2)(failing, range(MANY)))


def test_a_worker_that_crashes_is_an_error_of_one_line() -> None:
    with pytest.raises(WorkersError, match="the work was not done: over"):
        list(WorkerSpread(2)(ended, range(MANY)))
