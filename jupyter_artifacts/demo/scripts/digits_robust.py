"""Goes on with the team's best model of digits, on digits that are noisy.

python digits_robust.py --noise 0.5
"""

import argparse
import json
from pathlib import Path

import numpy as np

import jupyter_artifacts as ja

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--lr", type=float, default=2.0)
parser.add_argument("--noise", type=float, default=0.5)
parser.add_argument("--epochs", type=int, default=60)
args = parser.parse_args()
rng = np.random.default_rng(0)


def noisy(x):
    """Return digits with noise on them."""
    return x + rng.normal(scale=args.noise, size=x.shape)


def probabilities(weights, x):
    """Return the probability of each class."""
    scores = x @ weights
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def accuracy(weights, x, y):
    """Return how many digits are right, of one."""
    return float((probabilities(weights, x).argmax(axis=1) == y).mean())


with ja.start_run(
    "digits-robust",
    params={"model": "softmax", "lr": args.lr, "noise": args.noise},
    tags=["digits"],
    searcher_metric="validation.accuracy",
) as run:
    data = run.use_artifact("digits-data").load("split.npz")
    train_x, train_y, test_y = data["train_x"], data["train_y"], data["test_y"]
    noisy_x = noisy(data["test_x"])

    start = run.use_artifact("digits-model@best", role="fine-tuning")
    weights = start.load("weights.npz")["weights"]
    before = accuracy(weights, noisy_x, test_y)
    for epoch in range(1, args.epochs + 1):
        x = noisy(train_x)
        probability = probabilities(weights, x)
        loss = -np.log(probability[np.arange(len(x)), train_y]).mean()
        run.log({"loss": loss}, step=epoch)
        probability[np.arange(len(x)), train_y] -= 1
        weights = weights - args.lr * x.T @ probability / len(x)
        now = accuracy(weights, noisy_x, test_y)
        run.log({"accuracy": now}, step=epoch, group="validation")

    metrics = {"noisy": now, "clean": accuracy(weights, data["test_x"], test_y)}
    Path("metrics.json").write_text(json.dumps(metrics, indent=2))
    Path("model").mkdir(exist_ok=True)
    np.savez("model/weights.npz", weights=weights)
    art = ja.Artifact(
        "digits-robust",
        type="model",
        description=f"noise taught: {before:.1%} right before, {now:.1%} after",
        metadata=metrics,
    )
    art.add("model")
    art.add("metrics.json")
    version = run.log_artifact(art, tags=["softmax", "noise"])
    print(f"{version.address} of {start.address}: {now:.3f} are right")
