"""Where whole WARC files are read: in processes of this machine, on a Dask cluster, on Spark."""
