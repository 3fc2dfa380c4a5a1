"""Where the tasks of a bulk run are done: in this process, or on a cluster of Dask."""
