"""A client of the cluster that the user named; a cluster that was started for it ends with it."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cxrviewer.analysis.pool import default_worker_count
from cxrviewer.cluster.addresses import ClusterAddress
from cxrviewer.errors import ClusterError, UsageError
from cxrviewer.extras import CLUSTER

SECONDS_TO_CONNECT = 15.0
# What Dask keeps of past tasks for its developers has their files in it: 90 MB with its own limit of 1000.
_SHORT_LOGS = {"distributed.admin.low-level-log-length": 20}


@contextmanager
def open_client(address: ClusterAddress) -> Iterator[Any]:
    """Give a ``distributed.Client``; raises ClusterError and UsageError where there can be none.

    TLS files, timeouts and all else come from the user's own Dask configuration.
    """
    distributed = CLUSTER.module("distributed")
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # this program says itself what happens
    if address.kind == "local":
        with _local_cluster(address.workers or default_worker_count()) as cluster, _client(cluster) as client:
            yield client
    elif address.kind == "slurm":
        with _slurm_cluster(address.workers or 1) as cluster, _client(cluster) as client:
            yield client
    else:
        try:
            client = distributed.Client(address.address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
        except (OSError, TimeoutError) as error:
            raise ClusterError(
                f"no Dask scheduler answers at {address.address} ({type(error).__name__}); check the address, that it "
                "runs, and that this machine may reach it."
            ) from error
        except (TypeError, ValueError) as error:
            raise UsageError(
                f"the scheduler at {address.address} cannot be asked ({error}); tls:// needs the files named by "
                "distributed.comm.tls in your Dask configuration, see the README."
            ) from error
        with _closed_at_end(client):
            yield client


@contextmanager
def _closed_at_end(client: Any) -> Iterator[None]:
    try:
        yield
    finally:
        client.close()


@contextmanager
def _client(cluster: Any) -> Iterator[Any]:
    client = CLUSTER.module("distributed").Client(cluster, set_as_default=False)
    with _closed_at_end(client):
        yield client


@contextmanager
def _local_cluster(workers: int) -> Iterator[Any]:
    """Give a cluster of processes on loopback, with certificates of its own: a scheduler runs the code of whoever
    reaches it, and other users of the machine reach loopback, too.
    """
    dask, distributed = CLUSTER.module("dask"), CLUSTER.module("distributed")
    settings = {
        **_SHORT_LOGS,
        "distributed.scheduler.http.routes": [],
        "distributed.worker.http.routes": [],
        "distributed.worker.daemon": False,
        "distributed.admin.tick.limit": "1h",  # a busy machine is no fault to tell
    }
    with dask.config.set(settings):
        try:
            cluster = distributed.LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                security=distributed.Security.temporary(),
                dashboard_address=None,
                scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # None would try Dask's own port first
                worker_dashboard_address=None,
                memory_limit=0,  # films are decoded in processes with a limit of their own
                silence_logs=logging.CRITICAL,
            )
        except ImportError as error:
            raise ClusterError(
                "a local cluster needs the package cryptography; pip install 'cxrviewer[cluster]'."
            ) from error
        with cluster:
            yield cluster


@contextmanager
def _slurm_cluster(jobs: int) -> Iterator[Any]:
    """Give a cluster of Slurm jobs as the user's Dask configuration (jobqueue.slurm) describes one of them.

    Everybody on Slurm's network reaches the scheduler: where the configuration has no certificates, this run makes some
    and gives them to its jobs as files for this user only, see jobqueue.slurm.shared-temp-directory in the README.
    """
    if shutil.which("sbatch") is None:
        raise UsageError("expected Slurm's command sbatch on this machine, found none; run this on a login node.")
    slurm_cluster = CLUSTER.module("dask_jobqueue").SLURMCluster
    dask, distributed = CLUSTER.module("dask"), CLUSTER.module("distributed")
    security = distributed.Security()  # as the configuration says
    if not security.require_encryption:
        security = distributed.Security.temporary()
    shared = dask.config.get("jobqueue.slurm.shared-temp-directory", None) or str(Path.cwd())
    try:
        with dask.config.set(_SHORT_LOGS):
            cluster = slurm_cluster(security=security, shared_temp_directory=shared)
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"the Slurm jobs cannot be described ({error}); set cores and memory under jobqueue.slurm in "
            "~/.config/dask/jobqueue.yaml, see https://jobqueue.dask.org."
        ) from error
    with cluster:
        cluster.scale(jobs=jobs)
        yield cluster
