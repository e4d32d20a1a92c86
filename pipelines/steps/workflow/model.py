"""A trained model with what is needed to use it: booster, vocabularies, threshold."""

from __future__ import annotations

import json
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xgboost

from .contract import Contract
from .features import Array, Encoder

MODEL_FILE = "model.ubj"
DOCUMENT_FILE = "features.json"


@dataclass(frozen=True)
class Model:
    booster: xgboost.Booster
    encoder: Encoder
    threshold: float

    def score(self, frame: pd.DataFrame, contract: Contract) -> Array:
        """Probability of the positive class for each row, shape (rows,), float32."""
        inputs = self.encoder.transform(frame, contract)
        matrix = xgboost.DMatrix(inputs.to_numpy(), feature_names=list(inputs.columns), feature_types=self.encoder.feature_types(contract))
        return np.asarray(self.booster.predict(matrix))

    @classmethod
    def load(cls, folder: Path) -> Model:
        for name in (MODEL_FILE, DOCUMENT_FILE):
            if not (folder / name).is_file():
                raise FileNotFoundError(f"the model archive lacks {name}")
        document: dict[str, Any] = json.loads((folder / DOCUMENT_FILE).read_text())
        booster = xgboost.Booster()
        booster.load_model(folder / MODEL_FILE)
        booster.set_param({"nthread": 1})  # one row at a time does not gain from threads
        return cls(booster, Encoder.from_document(document["vocabularies"]), float(document["threshold"]))

    def save(self, folder: Path, details: dict[str, Any]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.booster.save_model(folder / MODEL_FILE)
        document = {"vocabularies": self.encoder.vocabularies, "threshold": self.threshold, **details}
        (folder / DOCUMENT_FILE).write_text(json.dumps(document, indent=1))


def unpack(archive: Path, folder: Path) -> Path:
    """Unpacks model.tar.gz; refuses anything but plain files and folders below `folder`."""
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            if not (member.isfile() or member.isdir()) or member.name.startswith("/") or ".." in Path(member.name).parts:
                raise ValueError(f"{archive.name}: refused entry {member.name!r}: only plain files inside the archive are allowed")
        tar.extractall(folder)
    return folder
