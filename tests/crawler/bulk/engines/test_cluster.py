import errno
import itertools
from pathlib import Path

import distributed
import pytest

from crawler.bulk.engines import cluster as module
from crawler.bulk.engines.cluster import Cluster, cluster, why_unable
from crawler.bulk.storage.store import UnwritableError
from crawler.errors import SchedulerError, SupersededError


def test_other_users_of_the_machine_cannot_use_a_local_cluster():
    with cluster(None, 1) as started:
        assert list(started.each(abs, [-1], str)) == [(-1, 1)]
        address = started._client.scheduler.address
        assert address.startswith("tls://127.0.0.1:")
        with pytest.raises(OSError, match=r"(?i)connect"):
            distributed.Client(address.replace("tls://", "tcp://"), timeout=2)


def test_a_scheduler_that_starts_workers_as_they_are_needed_starts_one():
    with (
        distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=None) as local,
        distributed.Client(local) as client,
    ):
        local.adapt(minimum=0, maximum=1, interval="20ms")
        started = Cluster(client)
        assert not started.has_workers
        assert list(started.each(abs, [-1], str)) == [(-1, 1)]


def test_a_worker_of_another_version_ends_a_run(monkeypatch: pytest.MonkeyPatch):
    versions = itertools.chain(["policytrail 2"], itertools.repeat("policytrail 1"))
    with (
        distributed.LocalCluster(n_workers=1, processes=False, dashboard_address=None) as local,
        distributed.Client(local) as client,
    ):
        monkeypatch.setattr(module, "_identity", lambda: next(versions))
        with pytest.raises(SchedulerError) as caught:
            list(Cluster(client).each(abs, [-1], str))
        assert str(caught.value).endswith(" has policytrail 1, and not policytrail 2")
        assert str(caught.value).startswith("the worker of Dask at inproc://")
    assert why_unable("policytrail 1") == ""
    with pytest.raises(SchedulerError, match=r"^a worker of Dask has policytrail 1, and not policytrail 2$"):
        module._call(abs, -1, "policytrail 2")


@pytest.mark.parametrize(
    "error", [SupersededError("another run"), UnwritableError(errno.ENOSPC, "No space left on device")]
)
def test_what_all_other_tasks_would_meet_ends_a_run_at_once(tmp_path: Path, error: Exception):
    def fails(number: int) -> int:
        (tmp_path / str(len(list(tmp_path.iterdir())))).touch()
        raise error

    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
        ) as local,
        distributed.Client(local) as client,
        pytest.raises(type(error)) as caught,
    ):
        list(Cluster(client).each(fails, [1], lambda number: ""))
    assert (str(caught.value), len(list(tmp_path.iterdir()))) == (str(error), 1)
