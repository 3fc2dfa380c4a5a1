import distributed
import pytest

from crawler.bulk.engines.cluster import Cluster, cluster


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
