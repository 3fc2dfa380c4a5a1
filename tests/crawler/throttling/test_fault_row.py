"""Rows of faults: when an archive counts as down, and when the faults are only those of some pages."""

from crawler.throttling.fault_row import MOST_FAULTS, PROBE_AFTER, FaultRow
from crawler.webarchive.faults import Sign


def take(row: FaultRow, service: str, sign: Sign, times: int = 1) -> FaultRow:
    for _ in range(times):
        row.take(service, sign, "status 503")
    return row


def test_ten_faults_in_a_row_mean_that_the_archive_does_not_serve():
    row = take(FaultRow(), "replay", Sign.DOWN, MOST_FAULTS - 1)
    assert row.reason is None
    take(row, "replay", Sign.DOWN)
    assert row.reason == "the last 10 requests in a row failed (status 503)"
    assert not row.is_wall


def test_faults_of_index_and_replay_count_together():
    row = take(take(FaultRow(), "cdx", Sign.DOWN, 5), "replay", Sign.DOWN, 5)
    assert row.reason


def test_an_answer_ends_the_row_of_its_own_service_only():
    row = FaultRow()
    for _ in range(9):
        take(take(row, "replay", Sign.DOWN), "cdx", Sign.ANSWERED)
    assert row.reason is None
    assert take(row, "replay", Sign.DOWN).reason
    row = take(FaultRow(), "replay", Sign.DOWN, 9)
    take(take(row, "replay", Sign.ANSWERED), "replay", Sign.DOWN, 9)
    assert row.reason is None


def test_an_answer_that_says_nothing_about_the_archive_neither_counts_nor_ends_a_row():
    row = take(take(FaultRow(), "replay", Sign.DOWN, 9), "replay", Sign.NOTHING, 20)
    assert row.reason is None
    assert take(row, "replay", Sign.DOWN).reason


def test_a_service_that_answered_nothing_in_a_run_is_down_at_its_end():
    row = take(take(FaultRow(), "cdx", Sign.ANSWERED, 3), "replay", Sign.FORBIDDEN, 2)
    assert row.has_not_answered("replay")
    row.end_run()
    assert (row.reason, row.is_wall) == ("the last 2 requests in a row failed (status 503)", True)
    row = take(take(FaultRow(), "replay", Sign.ANSWERED), "replay", Sign.DOWN, 2)
    row.end_run()
    assert row.reason is None


def test_a_row_of_refusals_is_a_wall_also_with_a_few_errors_before():
    assert take(FaultRow(), "replay", Sign.FORBIDDEN, MOST_FAULTS).is_wall
    assert take(take(FaultRow(), "cdx", Sign.DOWN, 2), "cdx", Sign.FORBIDDEN, 8).is_wall
    assert not take(take(FaultRow(), "cdx", Sign.FORBIDDEN, 4), "cdx", Sign.DOWN, 6).is_wall


def test_each_service_is_probed_once_in_a_row_of_faults():
    row = take(FaultRow(), "replay", Sign.DOWN, PROBE_AFTER - 1)
    assert not row.begin_probe("replay")
    take(row, "cdx", Sign.DOWN)  # the fifth fault of both
    assert [row.begin_probe(service) for service in ("cdx", "cdx")] == [True, False]
    take(row, "replay", Sign.DOWN)
    assert [row.begin_probe(service) for service in ("replay", "replay")] == [True, False]
    take(take(row, "replay", Sign.ANSWERED), "replay", Sign.DOWN, PROBE_AFTER)
    assert [row.begin_probe(service) for service in ("replay", "replay")] == [True, False]
