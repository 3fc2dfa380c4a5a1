import distributed
import pytest

from crawler.bulk.engines.cluster import cluster


def test_other_users_of_the_machine_cannot_use_a_local_cluster():
    with cluster(None, 1) as started:
        assert list(started.each(abs, [-1], str)) == [(-1, 1)]
        address = started._client.scheduler.address
        assert address.startswith("tls://127.0.0.1:")
        with pytest.raises(OSError, match=r"(?i)connect"):
            distributed.Client(address.replace("tls://", "tcp://"), timeout=2)
