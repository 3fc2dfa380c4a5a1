"""Make texts in worker processes. A page that goes over a limit, or crashes its worker, costs only itself."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from typing import Generic, TypeVar

from crawler.workers.processes import NoResultError, OverLimitError, Processes
from crawler.workers.undone import Undone
from db.store.texts import Text

# How many texts are remembered, and of how many characters: captures with the same digest often follow each
# other.
_REMEMBERED, _CHARACTERS = 256, 4 << 20
_TOOK = "extraction took "  # the start of the reason of a capture over a limit; `verify` knows it too

Input = TypeVar("Input", bound=Hashable)


class Extractor(Generic[Input]):
    """Makes texts of inputs in worker processes, under the limits of a page.

    - `ask`: takes inputs, and returns their texts in the given order, made in a worker of `processes`.
    - `undone`: counts pages over a limit.
    - `prevented`: called with the error if the machine prevented the extraction of one page.
    - `name`: returns what an input is remembered by; without it, by itself, so it should be small.
    """

    def __init__(
        self,
        processes: Processes,
        ask: Callable[[Sequence[Input]], Awaitable[list[Text]]],
        undone: Undone,
        prevented: Callable[[NoResultError], object],
        name: Callable[[Input], Hashable] = lambda one: one,
    ) -> None:
        self._processes, self._ask, self._name = processes, ask, name
        self._undone, self._prevented = undone, prevented
        self._known: OrderedDict[Hashable, Text] = OrderedDict()
        self._characters = 0  # of the texts in `_known`

    async def texts(self, inputs: Iterable[Input]) -> dict[Input, Text]:
        """Return the texts of inputs. Raises StoreError, WorkersError.

        If a page goes over a limit or crashes its worker, all pages of this call fail. They are then tried
        again one by one, so that only the bad page gets the verdict `unreadable`. A page that the machine
        prevented from being extracted is left out.
        """
        wanted = {one: self._name(one) for one in inputs}
        found = {one: self._known[name] for one, name in wanted.items() if name in self._known}
        missing = [one for one in wanted if one not in found]
        if not missing:
            return found
        try:
            made = await self._ask(missing)
            if self._processes.is_tight and any(map(_is_broken, made)):
                raise NoResultError(made[0].reason)
        except (OverLimitError, NoResultError) as error:
            if len(missing) > 1:
                for one in missing:
                    found |= await self.texts([one])
                return found
            if isinstance(error, NoResultError):
                self._prevented(error)
                return found
            self._undone.captures += 1
            made = [Text.unreadable(f"{_TOOK}{error}")]
        found |= zip(missing, made, strict=True)
        for one, text in zip(missing, made, strict=True):
            self._remember(wanted[one], text)
        return found

    def _remember(self, name: Hashable, text: Text) -> None:
        if before := self._known.pop(name, None):  # another call had the same capture meanwhile
            self._characters -= len(before.markdown)
        self._known[name] = text
        self._characters += len(text.markdown)
        while len(self._known) > _REMEMBERED or self._characters > _CHARACTERS:
            self._characters -= len(self._known.popitem(last=False)[1].markdown)


def _is_broken(text: Text) -> bool:
    from extract.document import BROKE  # noqa: PLC0415 - otherwise only workers load the extractor

    return text.reason.startswith(BROKE)
