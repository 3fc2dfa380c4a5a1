"""Whether an error is about the bytes of a file of a result, or about the machine that reads them.

A damaged file is made again. An error of the machine passes: the file is left as it is.
"""

import zstandard

from crawler.importing.warc_reader import BAD_DATA
from db.export.writers.parquet import pyarrow


def is_damage(error: BaseException) -> bool:
    """Return whether an error of reading a file is about its bytes. A missing file is not damaged.

    pyarrow's errors about bytes can be plain OSErrors without a number. Those of disks have a number, and
    those of servers a class of their own.
    """
    if isinstance(error, OSError):
        return type(error) is OSError and error.errno is None
    bad = (*BAD_DATA, zstandard.ZstdError, pyarrow().ArrowException)
    return isinstance(error, bad) and not isinstance(error, MemoryError)
