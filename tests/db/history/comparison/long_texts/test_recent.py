from db.history.comparison.long_texts import recent
from db.history.comparison.long_texts.recent import keeping_recent


def test_results_are_kept_by_number_and_by_size() -> None:
    made: list[int] = []

    def make(key: int) -> int:
        made.append(key)
        return key

    read = keeping_recent(make, lambda key: 1, 2)
    assert [read(1), read(2), read(1), read(3), read(1), read(2)] == [1, 2, 1, 3, 1, 2]
    assert made == [1, 2, 3, 2]


def test_of_large_results_only_the_last_few_are_kept() -> None:
    made: list[int] = []

    def make(key: int) -> int:
        made.append(key)
        return key

    read = keeping_recent(make, lambda key: recent.MOST, 16)
    for key in [*range(6), 5, 4, 3, 2, 1]:
        read(key)
    assert made == [0, 1, 2, 3, 4, 5, 1]
