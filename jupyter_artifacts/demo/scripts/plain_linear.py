"""A linear classifier of breast cancer data, which knows nothing of any tracker.

jupyter artifacts run plain_linear.py --alpha 0.001
"""

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import ConfusionMatrixDisplay, log_loss
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--alpha", type=float, default=0.001)
parser.add_argument("--epochs", type=int, default=40)
args = parser.parse_args()

data = load_breast_cancer()
train_x, test_x, train_y, test_y = train_test_split(
    data.data, data.target, test_size=0.3, stratify=data.target, random_state=0
)
scaler = StandardScaler().fit(train_x)
train_x, test_x = scaler.transform(train_x), scaler.transform(test_x)
model = SGDClassifier(loss="log_loss", alpha=args.alpha, random_state=0)

history = []
for epoch in range(1, args.epochs + 1):
    model.partial_fit(train_x, train_y, classes=[0, 1])
    loss = log_loss(test_y, model.predict_proba(test_x))
    accuracy = model.score(test_x, test_y)
    history.append({"epoch": epoch, "loss": loss, "accuracy": accuracy})
    print(f"epoch {epoch:3}  loss {loss:.4f}  accuracy {accuracy:.4f}", flush=True)

probability = model.predict_proba(test_x)
guess = probability.argmax(axis=1)
pd.DataFrame(history).to_csv("history.csv", index=False)
pd.DataFrame(
    {"truth": test_y, "guess": guess, "sure": probability.max(axis=1)}
).to_parquet("predictions.parquet")
ConfusionMatrixDisplay.from_predictions(
    test_y, guess, display_labels=data.target_names, colorbar=False
).figure_.savefig("confusion.png")
np.savez("weights.npz", coef=model.coef_, intercept=model.intercept_)
Path("metrics.json").write_text(json.dumps(history[-1], indent=2))
