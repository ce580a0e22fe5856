"""Who runs the jobs of a class: processes on this machine, or the workers of a Dask cluster."""
