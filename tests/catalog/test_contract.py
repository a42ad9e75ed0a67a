import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_artifacts.catalog.catalog import Catalog
    from jupyter_artifacts.operations import context

    def as_operations_see_it(catalog: Catalog) -> context.Catalog:
        """Fails under the type checker when a method or its types differ."""
        return catalog


def test_segments_load_no_database():
    """A training process that only logs pays for no SQL library."""
    code = "import jupyter_artifacts.catalog.segments, sys; "
    code += "sys.exit('sqlalchemy' in sys.modules or 'alembic' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
