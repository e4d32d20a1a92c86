"""Processing step: the AUC of the trained model on the test set, as evaluation.json."""

import json
import tarfile
from pathlib import Path

import pandas as pd
import xgboost
from sklearn.metrics import roc_auc_score

PROCESSING = Path("/opt/ml/processing")

if __name__ == "__main__":
    with tarfile.open(PROCESSING / "model" / "model.tar.gz") as archive:
        archive.extractall(PROCESSING / "model")
    model = xgboost.Booster(model_file=str(PROCESSING / "model" / "xgboost-model"))
    test = pd.read_csv(PROCESSING / "test" / "test.csv", header=None)
    auc = roc_auc_score(test[0], model.predict(xgboost.DMatrix(test.iloc[:, 1:].to_numpy())))
    folder = PROCESSING / "evaluation"
    folder.mkdir(parents=True, exist_ok=True)
    report = {"binary_classification_metrics": {"auc": {"value": float(auc), "standard_deviation": "NaN"}}}
    (folder / "evaluation.json").write_text(json.dumps(report))
    print(f"AUC: {auc:.3f}")
