"""Tasks in their order; of those that use the same host, one at a time."""

from hypothesis import given
from hypothesis import strategies as st

from crawler.bulk.engines.lanes import Lanes

TASKS = st.lists(st.tuples(st.integers(), st.sampled_from(["", "a", "b"])), unique=True, max_size=12)


@given(TASKS, st.data())
def test_every_task_runs_once_and_a_lane_has_one_at_a_time(tasks: list[tuple[int, str]], data: st.DataObject):
    waiting = Lanes(tasks, lambda task: task[1])
    running: list[tuple[int, str]] = []
    seen: list[tuple[int, str]] = []
    while waiting or running:
        if waiting and (not running or data.draw(st.booleans())):
            running.append(waiting.next())
            seen.append(running[-1])
        else:
            ended = running.pop(data.draw(st.integers(0, len(running) - 1)))
            waiting.ended(ended)
        lanes = [lane for _, lane in running if lane]
        assert len(lanes) == len(set(lanes))
    assert sorted(seen) == sorted(tasks)
    for lane in "ab":
        assert [one for one in seen if one[1] == lane] == [one for one in tasks if one[1] == lane]
