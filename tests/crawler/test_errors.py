"""Errors can be raised in a worker process: pickle makes the same error again."""

import inspect
import pickle
from types import ModuleType

import pytest

from crawler import errors as of_crawler
from db import errors as of_db
from db.errors import PolicytrailError


def classes(module: ModuleType) -> list[type[PolicytrailError]]:
    own = [one for one in vars(module).values() if inspect.isclass(one) and one.__module__ == module.__name__]
    return [one for one in own if issubclass(one, PolicytrailError)]


@pytest.mark.parametrize("error", [*classes(of_crawler), *classes(of_db)])
def test_an_error_comes_from_another_process_as_it_was(error: type[PolicytrailError]) -> None:
    made_of = ("a need", "an extra") if error is of_db.MissingExtraError else ("a message",)
    raised = error(*made_of)
    again = pickle.loads(pickle.dumps(raised))
    assert (type(again), str(again), vars(again)) == (error, str(raised), vars(raised))
