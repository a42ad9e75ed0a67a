"""Saves data that scikit-learn ships as CSV files, a folder for each dataset.

python save_datasets.py
"""

from pathlib import Path

import pandas as pd
from sklearn.datasets import load_digits, load_wine
from sklearn.model_selection import train_test_split


def save(frame, *path):
    """Write a frame, and make the folders it lies in."""
    target = Path(*path)
    target.parent.mkdir(parents=True, exist_ok=True)
    frame.to_csv(target, index=False)


def whole(data):
    """Return features and target side by side."""
    return data.frame.rename(columns={"target": "label"})


digits = whole(load_digits(as_frame=True)).astype("uint8")
train, test = train_test_split(
    digits, test_size=0.25, stratify=digits.label, random_state=0
)
save(digits, "digits-whole", "digits.csv")
save(train, "digits-split", "train.csv")
save(test, "digits-split", "test.csv")
Path("digits-split", "README.md").write_text(
    "8x8 digits, 0 to 16 a pixel; a quarter of them is for testing.\n"
)

wine = load_wine(as_frame=True)
save(whole(wine), "wine", "wine.csv")
save(pd.DataFrame({"label": range(3), "name": wine.target_names}), "wine", "labels.csv")
