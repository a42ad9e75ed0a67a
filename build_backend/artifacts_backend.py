"""jupyter_packaging's build backend, and the three things that it lacks.

It has no editable installs (PEP 660), leaves data files out of them, and ships
chunks of earlier front-end builds that lie about in build/.
"""

import shutil
from typing import Any

import setuptools.dist
from jupyter_packaging import build_api
from jupyter_packaging.build_api import (
    build_sdist,
    get_requires_for_build_sdist,
    get_requires_for_build_wheel,
    prepare_metadata_for_build_wheel,
)
from setuptools import build_meta
from setuptools.build_meta import (
    get_requires_for_build_editable,
    prepare_metadata_for_build_editable,
)

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

# setuptools asks this before it copies data files into an editable install, but
# defines it nowhere.
setuptools.dist.Distribution.has_data = lambda self: bool(self.data_files)


def build_wheel(
    wheel_directory: str,
    config_settings: dict[str, Any] | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Build the wheel, from nothing that an earlier build left behind."""
    shutil.rmtree("build", ignore_errors=True)
    name: str = build_api.build_wheel(
        wheel_directory, config_settings, metadata_directory
    )
    return name


def build_editable(
    wheel_directory: str,
    config_settings: dict[str, Any] | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Build the front end where it is missing, then install in place."""
    build_front_end = build_api._get_build_func()  # noqa: SLF001  it has no public name
    if build_front_end:
        build_front_end()
    name = build_meta.build_editable(
        wheel_directory, config_settings, metadata_directory
    )
    build_api._ensure_targets()  # noqa: SLF001  as above
    return name
