"""Servers that refuse for now: all processes of a machine wait, and nobody asks for ever."""

import errno
from collections.abc import Callable

import aiohttp
import pytest
from botocore.exceptions import ClientError, NoCredentialsError  # type: ignore[import-untyped]
from s3fs.errors import translate_boto_error

from crawler.bulk.storage import patience
from crawler.bulk.storage.patience import ATTEMPTS, FIRST_PAUSE, FinalRefusalError, insist
from crawler.throttling.shared_limits import SharedLimits

ADDRESS = "https://u:p@files.example/a.warc"


def web(status: int) -> aiohttp.ClientResponseError:
    return aiohttp.ClientResponseError(None, (), status=status)  # type: ignore[arg-type]


def store(status: int, code: str) -> OSError:
    """Return what s3fs raises for an answer of an object store."""
    answer = {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    error: OSError = translate_boto_error(ClientError(answer, "GetObject"))
    return error


def of_head(status: int) -> FileNotFoundError:
    """Return what fsspec raises when a web server does not answer a question about a file."""
    error = FileNotFoundError(ADDRESS)
    error.__cause__ = web(status)
    return error


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were waited, by a clock that goes on only then."""
    waited: list[float] = []
    monkeypatch.setattr(patience, "sleep", waited.append)
    monkeypatch.setattr(
        patience, "SharedLimits", lambda host: SharedLimits(host, clock=lambda: 1_000_000 + sum(waited))
    )
    return waited


def failing(error: Exception, times: int) -> Callable[[], str]:
    left = [error] * times

    def attempt() -> str:
        if left:
            raise left.pop()
        return "done"

    return attempt


@pytest.mark.parametrize(
    "error",
    [
        *(web(status) for status in (403, 429, 500, 503, 520, 529)),
        *(store(503, "SlowDown"), store(503, "503"), store(403, "SlowDown"), store(500, "InternalError")),
        of_head(503),
        ConnectionResetError(errno.ECONNRESET, "reset"),
        TimeoutError(),
    ],
    ids=repr,
)
def test_what_is_refused_for_now_is_asked_again_after_longer_and_longer_pauses(
    waited: list[float], error: Exception
):
    assert insist(ADDRESS, failing(error, 3)) == "done"
    assert waited == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert insist(ADDRESS, failing(error, 1)) == "done"
    assert waited[3:] == [FIRST_PAUSE]  # an answer ends the doubling


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (web(404), FileNotFoundError),
        (of_head(404), FileNotFoundError),
        (store(404, "NoSuchKey"), FileNotFoundError),
        (store(403, "AccessDenied"), OSError),
        (OSError(errno.ENOSPC, "no room"), OSError),
        (FileNotFoundError("a"), FileNotFoundError),
        (NoCredentialsError(), OSError),
        (ValueError("no address"), OSError),
        (web(410), OSError),
    ],
    ids=repr,
)
def test_what_stays_as_it_is_is_not_asked_again(
    waited: list[float], error: Exception, expected: type[OSError]
):
    with pytest.raises(expected):
        insist(ADDRESS, failing(error, 1))
    assert waited == []


def test_after_some_attempts_a_refusal_is_final(waited: list[float]):
    with pytest.raises(FinalRefusalError, match=r"^the server answers with status 503$"):
        insist(ADDRESS, failing(web(503), ATTEMPTS))
    assert (len(waited), sum(waited)) == (ATTEMPTS - 1, 155)
    with pytest.raises(FinalRefusalError):  # the host has refused too often: the next file is asked for once
        insist(ADDRESS, failing(web(503), 1))
    assert len(waited) == ATTEMPTS - 1


def test_a_pause_of_another_process_is_kept(waited: list[float]):
    SharedLimits("files.example", clock=lambda: 1_000_000).pause(30, 5)
    assert insist(ADDRESS, lambda: "done") == "done"
    assert waited == [30]
