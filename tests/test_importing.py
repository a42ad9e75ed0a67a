import gc
import subprocess
import sys

from jupyter_artifacts.importing import much_imported


def test_nothing_looks_for_garbage_while_much_is_imported():
    with much_imported():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_who_looks_for_no_garbage_is_left_alone():
    gc.disable()
    try:
        with much_imported():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_garbage_is_looked_for_after_a_public_name_was_imported():
    code = "import gc, jupyter_artifacts as ja; ja.connect; assert gc.isenabled()"
    subprocess.run([sys.executable, "-c", code], check=True)
