"""A trained model with all that is needed to use it: booster, vocabularies, threshold."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xgboost

from .artifact import DOCUMENT_FILE, MODEL_FILE, ArtifactRefused
from .contract import Contract
from .features import Array, Encoder
from .rule import Rule


@dataclass(frozen=True)
class Model:
    booster: xgboost.Booster
    encoder: Encoder
    threshold: float
    thresholds: dict[str, float] = field(default_factory=dict)
    """Of the costs, and of the validation rows: the one that the model uses, and the other, for comparison."""
    rule: Rule | None = None
    """What it must beat, learned from the same rows. Models of earlier versions have none."""

    def score(self, frame: pd.DataFrame, contract: Contract) -> Array:
        """Probability of the positive class for each row, shape (rows,), float32."""
        return self.score_inputs(self.encoder.transform(frame, contract).to_numpy())

    def score_inputs(self, inputs: Array) -> Array:
        """The same for rows that already are model inputs, shape (rows, inputs)."""
        matrix = xgboost.DMatrix(
            inputs, feature_names=self.booster.feature_names, feature_types=self.booster.feature_types
        )
        return np.asarray(self.booster.predict(matrix))

    @classmethod
    def load(cls, folder: Path) -> Model:
        for name in (MODEL_FILE, DOCUMENT_FILE):
            if not (folder / name).is_file():
                raise FileNotFoundError(f"the model archive lacks {name}")
        document: dict[str, Any] = json.loads((folder / DOCUMENT_FILE).read_text())
        refuse_other_framework(document.get("framework", {}))
        threshold = float(document["threshold"])
        if not 0 <= threshold <= 1:
            # With NaN, no flight would ever be flagged.
            raise ArtifactRefused(f"the threshold of the model is {threshold}, which is no probability")
        booster = xgboost.Booster()
        booster.load_model(folder / MODEL_FILE)
        booster.set_param({"nthread": 1})  # threads do not help with one row at a time
        return cls(
            booster,
            Encoder.from_document(document["vocabularies"]),
            threshold,
            {name: float(value) for name, value in document.get("thresholds", {}).items()},
            Rule.from_document(document["rule"]) if "rule" in document else None,
        )

    def save(self, folder: Path, details: dict[str, Any]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.booster.save_model(folder / MODEL_FILE)
        framework = {"name": "xgboost", "version": xgboost.__version__}
        document = {
            "framework": framework,
            "vocabularies": self.encoder.vocabularies,
            "threshold": self.threshold,
            "thresholds": self.thresholds,
            **({} if self.rule is None else {"rule": self.rule.document}),
            **details,
        }
        (folder / DOCUMENT_FILE).write_text(json.dumps(document, indent=1))


def refuse_other_framework(framework: dict[str, str]) -> None:
    """XGBoost reads models of earlier versions, not of later ones (XGBoost documentation, "Model IO")."""
    name, version = framework.get("name"), str(framework.get("version"))
    ours = xgboost.__version__
    known = name == "xgboost" and re.fullmatch(r"\d+\.\d+\..*", version) is not None
    if not known or major_and_minor(version) > major_and_minor(ours):
        raise ArtifactRefused(
            f"the model is of {name} {version}, this image has xgboost {ours}: train it with this image's version"
        )


def major_and_minor(version: str) -> tuple[int, int]:
    major, minor, *_ = version.split(".")
    return int(major), int(minor)
