"""A multi-layer perceptron on data that scikit-learn ships.

python perceptron.py wine --hidden 32 16 --lr 0.003 --epochs 120
"""

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from sklearn.metrics import ConfusionMatrixDisplay, accuracy_score, log_loss
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

import jupyter_artifacts as ja

LOAD = {"cancer": load_breast_cancer, "digits": load_digits, "wine": load_wine}

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("data", choices=LOAD)
parser.add_argument("--name", help="of the run; by default <data>-mlp")
parser.add_argument("--hidden", type=int, nargs="+", default=[32])
parser.add_argument("--lr", type=float, default=0.003)
parser.add_argument("--l2", type=float, default=1e-4)
parser.add_argument("--batch", type=int, default=32)
parser.add_argument("--epochs", type=int, default=60)
args = parser.parse_args()

data = LOAD[args.data]()
train_x, test_x, train_y, test_y = train_test_split(
    data.data, data.target, test_size=0.3, stratify=data.target, random_state=0
)
scaler = StandardScaler().fit(train_x)
train_x, test_x = scaler.transform(train_x), scaler.transform(test_x)
model = MLPClassifier(
    args.hidden, alpha=args.l2, learning_rate_init=args.lr, random_state=0
)
rng = np.random.default_rng(0)
classes = np.unique(data.target)


def evaluate(x, y):
    """Return loss and accuracy of the model as it is."""
    probability = model.predict_proba(x)
    guess = probability.argmax(axis=1)
    return {
        "loss": log_loss(y, probability, labels=classes),
        "accuracy": accuracy_score(y, guess),
    }


with ja.start_run(
    args.name or f"{args.data}-mlp",
    params={
        "model": "mlp",
        "data": args.data,
        "lr": args.lr,
        "batch": args.batch,
        "network": {"hidden": args.hidden, "activation": "relu"},
        "optimizer": {"name": "adam", "l2": args.l2},
    },
    tags=[args.data],
    searcher_metric="validation.accuracy",
) as run:
    step = 0
    for epoch in range(1, args.epochs + 1):
        for batch in np.array_split(
            rng.permutation(len(train_x)), max(1, len(train_x) // args.batch)
        ):
            model.partial_fit(train_x[batch], train_y[batch], classes=classes)
            step += 1
        run.log(evaluate(train_x, train_y), step=step)
        run.log(evaluate(test_x, test_y), step=step, group="validation")
        if epoch % (args.epochs // 2) == 0:
            Path("checkpoint").mkdir(exist_ok=True)
            np.savez("checkpoint/weights.npz", *model.coefs_, *model.intercepts_)
            run.save_checkpoint(
                "checkpoint", steps_completed=step, metadata={"epoch": epoch}
            )

    probability = model.predict_proba(test_x)
    guess = probability.argmax(axis=1)
    ConfusionMatrixDisplay.from_predictions(
        test_y, guess, display_labels=data.target_names, colorbar=False
    ).figure_.savefig("confusion.png")
    pd.DataFrame(
        {"truth": test_y, "guess": guess, "sure": probability.max(axis=1)}
    ).to_parquet("predictions.parquet")
    metrics = evaluate(test_x, test_y)
    Path("metrics.json").write_text(json.dumps(metrics, indent=2))
    print(f"{args.data}: {metrics['accuracy']:.3f} are right after {step} steps")
