"""Artifacts that a run logs and uses."""


def test_a_run_logs_an_artifact_and_another_uses_it(alice):
    alice.through(
        """
        import os
        import jupyter_artifacts as ja
        os.mkdir("model")
        with open("model/weights.bin", "wb") as file:
            file.write(b"w" * 300_000)
        with ja.start_run("mnist") as run:
            art = ja.Artifact("my-model", type="model", metadata={"depth": 2})
            art.add("model/")
            logged = run.log_artifact(art, aliases=["best"], tags=["good"])
            assert (logged.address, logged.is_new) == ("my-model@v0", True)
            assert not run.log_artifact(art).is_new
        with ja.start_run("eval") as run:
            used = run.use_artifact("my-model@best", role="inference")
            used.download("data/")
            assert os.path.getsize("data/weights.bin") == 300_000
        """
    )
    found = alice.carrier.call("versions.lineage", name="my-model", version="v0")
    assert str(found).splitlines() == [
        "my-model@v0",
        "  ← alice:mnist-exp0 (output)",
        "  → alice:eval-exp0 (inference)",
    ]
    assert "data/weights.bin" not in alice.files("eval")


def test_each_experiment_of_a_sweep_logs_its_own(alice):
    alice.through(
        """
        import jupyter_artifacts as ja
        with ja.start_run("sweep") as run:
            for lr in (1, 2):
                with run.experiment(params={"lr": lr}) as exp:
                    art = ja.Artifact("my-model")
                    art.add(str(lr).encode(), name="lr")
                    exp.log_artifact(art, ttl="30d")
        """
    )
    found = alice.carrier.call("versions.list", name="my-model").items
    assert [each.source for each in found] == ["alice:sweep-exp1", "alice:sweep-exp0"]


def test_one_tag_of_a_run_is_given_without_a_list(alice):
    alice.through(
        """
        import jupyter_artifacts as ja
        with ja.start_run("mnist", tags="good"):
            pass
        """
    )
    found = alice.carrier.call("runs.get", user="alice", run="mnist")
    assert found.run.tags == ["good"]


def test_a_wrong_role_or_length_of_time_is_refused(alice):
    alice.through(
        """
        import pytest
        import jupyter_artifacts as ja
        from jupyter_artifacts.errors import InvalidRequest, NotFound
        with ja.start_run("mnist") as run:
            art = ja.Artifact("my-model")
            art.add(b"x", name="x")
            with pytest.raises(InvalidRequest, match="no length of time"):
                run.log_artifact(art, ttl="soon")
            with pytest.raises(NotFound, match="no such artifact"):
                run.use_artifact("my-model@v0")
            run.log_artifact(art)
            with pytest.raises(InvalidRequest, match="input, fine-tuning, inference"):
                run.use_artifact("my-model@v0", role="output")
        """
    )


def test_sha256_of_what_is_logged_is_compared_by_a_download(alice):
    alice.through(
        """
        import jupyter_artifacts as ja
        with ja.start_run("mnist") as run:
            art = ja.Artifact("my-model")
            art.add(b"small", name="small")
            art.add(b"large" * 100_000, name="large")
            logged = run.log_artifact(art, sha256=True)
            art.add(b"more", name="more")
            more = run.log_artifact(art, sha256=True)
        receipt = ja.download("my-model@v1", "data/")
        assert receipt.checks == {"blake3+sha256": 3}, receipt
        """
    )


def test_content_that_is_there_without_sha256_says_so_when_it_is_asked_for(alice):
    alice.through(
        """
        import warnings
        import pytest
        import jupyter_artifacts as ja
        with ja.start_run("mnist") as run:
            art = ja.Artifact("my-model")
            art.add(b"x", name="x")
            run.log_artifact(art)
            with pytest.warns(UserWarning, match="my-model@v0 .*without SHA-256"):
                run.log_artifact(art, sha256=True)
            art.add(b"y", name="y")
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                run.log_artifact(art, sha256=True)
                run.log_artifact(art, sha256=True)
        """
    )
