import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_artifacts.records.assets import Uncaptured
from jupyter_artifacts.transfer import spool
from jupyter_artifacts.transfer.spool import Spool


def _records(count: int) -> list[Uncaptured]:
    return [Uncaptured(path=f"p{n}", reason="r") for n in range(count)]


@given(st.integers(0, 70), st.integers(-80, 80))
def test_a_spool_holds_what_a_list_would(count, index):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spool, "IN_MEMORY", 20)
        patch.setattr(spool, "_BLOCK", 8)
        kept, expected = Spool(Uncaptured), _records(count)
        for record in expected:
            kept.append(record)

        assert list(kept) == expected
        assert len(kept) == count
        if -count <= index < count:
            assert kept[index] == expected[index]
        else:
            with pytest.raises(IndexError, match="there is no record"):
                kept[index]
