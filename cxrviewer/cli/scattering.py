"""``cxrviewer classify`` on this machine, on a cluster (``--scheduler``), or as one of many jobs (``--shard``)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from cxrviewer.cli.classify import ClassifyRequest, classify_files
from cxrviewer.cluster.shards import Shard, parse_shard

__all__ = ["classify_here_or_there", "parse_shard"]


def classify_here_or_there(scheduler: str | None, request: ClassifyRequest) -> None:
    """Do what was asked where it was asked for."""
    if scheduler is not None:
        from cxrviewer.cli.cluster import classify_on_cluster

        classify_on_cluster(request, scheduler)
        return
    classify_files(replace(request, outputs=tuple(table_file(output, request.shard) for output in request.outputs)))


def table_file(output: Path, shard: Shard | None) -> Path:
    """Return the file for a table: in a folder that is there, one that no other shard writes."""
    if not output.is_dir():
        return output
    return output / f"{'films' if shard is None else shard.name}.parquet"
