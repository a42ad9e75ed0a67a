"""`python -m jupyter_artifacts`: the command line where no script is on the path."""

import sys

from jupyter_artifacts.cli.main import program

sys.exit(program())
