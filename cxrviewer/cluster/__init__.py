"""Many machines: films spread over a Dask cluster or over array jobs; off unless an address or a shard is given.

Everything that needs the extra ``cxrviewer[cluster]`` is imported inside functions.
"""
