"""Learns digits from an endless stream of them, each shifted and noisy.

python digits_stream.py --pace 0.5
"""

import argparse
import json
import time
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.datasets import load_digits
from sklearn.metrics import ConfusionMatrixDisplay, accuracy_score, log_loss
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

import jupyter_artifacts as ja

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--name", default="digits-stream", help="of the run")
parser.add_argument("--lr", type=float, default=5e-4)
parser.add_argument("--noise", type=float, default=0.25)
parser.add_argument("--batch", type=int, default=32)
parser.add_argument("--pace", type=float, default=0.5, help="seconds between reports")
parser.add_argument("--report", type=int, default=80, help="steps between files")
parser.add_argument("--hours", type=float, default=12, help="until it ends by itself")
args = parser.parse_args()

images, labels = load_digits(return_X_y=True)
train_x, test_x, train_y, test_y = train_test_split(
    images / 16, labels, test_size=0.25, stratify=labels, random_state=0
)
model = MLPClassifier([48], learning_rate_init=args.lr, random_state=0)
rng = np.random.default_rng(0)


def next_batch():
    """Return some digits, each shifted by a pixel or so, with noise."""
    chosen = rng.integers(len(train_x), size=args.batch)
    shifts = rng.integers(-1, 2, size=(args.batch, 2))
    seen = np.stack(
        [
            np.roll(train_x[one].reshape(8, 8), shift, axis=(0, 1)).ravel()
            for one, shift in zip(chosen, shifts, strict=True)
        ]
    )
    return seen + rng.normal(scale=args.noise, size=seen.shape), train_y[chosen]


def evaluate(x, y):
    """Return loss and accuracy of the model as it is."""
    probability = model.predict_proba(x)
    return {
        "loss": log_loss(y, probability, labels=range(10)),
        "accuracy": accuracy_score(y, probability.argmax(axis=1)),
    }


def report(metrics):
    """Write what is known so far; each time anew."""
    guess = model.predict(test_x)
    shown = ConfusionMatrixDisplay.from_predictions(test_y, guess, colorbar=False)
    shown.figure_.savefig("confusion.png")
    plt.close(shown.figure_)
    pd.DataFrame({"truth": test_y, "guess": guess}).to_parquet("predictions.parquet")
    Path("metrics.json").write_text(json.dumps(metrics, indent=2))


with ja.start_run(
    args.name,
    params={
        "model": "mlp",
        "lr": args.lr,
        "batch": args.batch,
        "augment": {"shift": 1, "noise": args.noise},
    },
    tags=["digits", "live"],
    searcher_metric="validation.accuracy",
) as run:
    step, best = 0, 0.0
    end = time.monotonic() + args.hours * 3600
    while time.monotonic() < end:
        due = time.monotonic() + args.pace
        for _ in range(4):
            seen, truth = next_batch()
            model.partial_fit(seen, truth, classes=range(10))
            step += 1
        run.log(evaluate(seen, truth), step=step)
        metrics = evaluate(test_x, test_y)
        run.log(metrics, step=step, group="validation")
        if step % args.report == 0:
            report(metrics)
        if metrics["accuracy"] > best + 0.05:
            best = metrics["accuracy"]
            Path("checkpoint").mkdir(exist_ok=True)
            np.savez("checkpoint/weights.npz", *model.coefs_, *model.intercepts_)
            run.save_checkpoint("checkpoint", steps_completed=step, metadata=metrics)
        time.sleep(max(0.0, due - time.monotonic()))
