"""Softmax regression on handwritten digits, once for each learning rate.

Its data are the artifact "digits-data". Whenever a rate does better than all before it,
its model becomes the next version of "digits-model", and the one that "best" names.

python digits_sweep.py --lr 0.01 0.1 1
"""

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import load_digits
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.model_selection import train_test_split

import jupyter_artifacts as ja

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--lr", type=float, nargs="+", default=[0.01, 0.1, 1.0])
parser.add_argument("--epochs", type=int, default=30)
parser.add_argument("--batch", type=int, default=64)
args = parser.parse_args()

pixels, labels = load_digits(return_X_y=True)
pixels = np.hstack([pixels / 16, np.ones((len(pixels), 1))])  # the last one: bias
train_x, test_x, train_y, test_y = train_test_split(
    pixels, labels, test_size=0.25, stratify=labels, random_state=0
)


def evaluate(weights, x, y):
    """Return cross-entropy, accuracy and the probability of each class."""
    scores = x @ weights
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    probability = odds / odds.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore"):  # a certain miss costs infinity
        loss = -np.log(probability[np.arange(len(y)), y]).mean()
    accuracy = float((probability.argmax(axis=1) == y).mean())
    return {"loss": loss, "accuracy": accuracy}, probability


def train(experiment, lr):
    """Train once; raise FloatingPointError when it diverges."""
    rng = np.random.default_rng(0)
    weights = rng.normal(scale=0.01, size=(train_x.shape[1], 10))
    step = 0
    for epoch in range(1, args.epochs + 1):
        for batch in np.array_split(
            rng.permutation(len(train_x)), len(train_x) // args.batch
        ):
            x, y = train_x[batch], train_y[batch]
            metrics, probability = evaluate(weights, x, y)
            step += 1
            experiment.log(metrics, step=step)
            if not np.isfinite(metrics["loss"]):
                message = f"the loss is {metrics['loss']} at step {step}: lr={lr:g}"
                raise FloatingPointError(message)
            probability[np.arange(len(y)), y] -= 1
            weights -= lr * x.T @ probability / len(y)
        metrics, _ = evaluate(weights, test_x, test_y)
        experiment.log(metrics, step=step, group="validation")
        if epoch in {args.epochs // 2, args.epochs}:
            Path("checkpoint").mkdir(exist_ok=True)
            np.savez("checkpoint/weights.npz", weights=weights)
            experiment.save_checkpoint(
                "checkpoint", steps_completed=step, metadata={"epoch": epoch}
            )
    return weights


def take_data(experiment):
    """Say which data an experiment uses; the first makes a version of them."""
    if experiment.number:
        experiment.use_artifact("digits-data")
        return
    Path("data").mkdir(exist_ok=True)
    np.savez_compressed(
        "data/split.npz", train_x=train_x, test_x=test_x, train_y=train_y, test_y=test_y
    )
    data = ja.Artifact(
        "digits-data",
        type="dataset",
        description="8x8 digits, a quarter of them for testing",
    )
    data.add("data")
    experiment.log_artifact(data)


def log_model(experiment, weights, accuracy):
    """Make a model the next version of the team's, and its best."""
    Path("model").mkdir(exist_ok=True)
    np.savez("model/weights.npz", weights=weights)
    Path("model", "classes.txt").write_text("\n".join("0123456789"))
    art = ja.Artifact(
        "digits-model",
        type="model",
        description=f"softmax: {accuracy:.1%} are right",
        metadata={"accuracy": accuracy, "params": experiment.params},
    )
    art.add("model")
    art.add("metrics.json")
    experiment.log_artifact(art, aliases=["best"], tags=["softmax"])


best = 0.0
with ja.start_run(
    "digits-sweep", tags=["digits", "sweep"], searcher_metric="validation.accuracy"
) as run:
    for lr in args.lr:
        try:
            with run.experiment(
                params={"model": "softmax", "lr": lr, "batch": args.batch}
            ) as experiment:
                take_data(experiment)
                weights = train(experiment, lr)

                metrics, probability = evaluate(weights, test_x, test_y)
                guess = probability.argmax(axis=1)
                ConfusionMatrixDisplay.from_predictions(
                    test_y, guess, colorbar=False
                ).figure_.savefig("confusion.png")
                pd.DataFrame(
                    {"truth": test_y, "guess": guess, "sure": probability.max(axis=1)}
                ).to_parquet("predictions.parquet")
                Path("metrics.json").write_text(json.dumps(metrics, indent=2))
                if metrics["accuracy"] > best:
                    best = metrics["accuracy"]
                    log_model(experiment, weights, best)
        except FloatingPointError as error:
            print(error)  # the others of the sweep go on
        else:
            print(f"lr={lr:g}: {metrics['accuracy']:.3f} of the digits are right")
