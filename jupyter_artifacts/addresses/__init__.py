"""Addresses and asset paths: the only place that parses, checks or joins them.

    runs/<user>/<run>/exp<N>/files/<path>
    runs/<user>/<run>/exp<N>/checkpoints/<uuid>/<path>
    runs/<user>/<run>/exp<N>/logs/<stream>
    artifacts/<name>/<version>/<path>
    datastores/<name>/<version>/<path>

and the short forms people type: ``alice:mnist``, ``alice:mnist-exp0/loss.png``,
``mnist-exp0`` (my own), ``my-model@v3/weights``, ``datastores/cats`` (the newest).
"""

from __future__ import annotations

from jupyter_artifacts.addresses.parse import (
    SECTIONS,
    VERSION,
    parse_address,
)
from jupyter_artifacts.addresses.paths import (
    NAME,
    AssetPath,
    check_name,
    handle_from_login,
    reason_against_path,
)
from jupyter_artifacts.addresses.place import (
    LOG_STREAMS,
    Address,
    artifact_address,
    datastore_address,
    experiment_address,
    run_address,
)

__all__ = [
    "LOG_STREAMS",
    "NAME",
    "SECTIONS",
    "VERSION",
    "Address",
    "AssetPath",
    "artifact_address",
    "check_name",
    "datastore_address",
    "experiment_address",
    "handle_from_login",
    "parse_address",
    "reason_against_path",
    "run_address",
]
