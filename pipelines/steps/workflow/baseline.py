"""CreateBaseline: statistics and constraints of training data and predictions, which monitoring compares with.

Feature statistics come from the training months. Predictions, quality, cost, bias and attributions come from months
that the model did not learn from, because on its training rows any model looks better than it is (ART-09: what a
monitoring baseline is).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from . import attribution, bias, binary_quality, constraints
from .analyze import leave_message, write
from .attribution import Sample
from .bias import FacetCounts
from .binary_quality import Evaluated
from .captures import csv_dataset
from .contract import OUTPUTS, Contract, load, processing_path
from .evaluate import load_model
from .features import Array, read_columns
from .model import Model
from .reading import frame_options
from .statistics import Accumulator, accumulate

CHUNK = 20_000


def labeled_chunks(folder: Path, contract: Contract) -> Iterator[pd.DataFrame]:
    """The rows of one part of the split, CHUNK at a time."""
    options = frame_options(contract, [*contract.columns, contract.target])
    files = sorted(folder.rglob("*.csv"))
    if not files:
        raise FileNotFoundError(f"{folder} holds no .csv file")
    for path in files:
        yield from pd.read_csv(path, **options, chunksize=CHUNK)


def decide(model: Model, frame: pd.DataFrame, contract: Contract) -> tuple[Array, Array]:
    """Scores with six decimals, as the endpoint returns them, and which rows are flagged."""
    scores = model.score(frame, contract)
    if not np.isfinite(scores).all():
        # NaN is below every threshold, and no score that monitoring could compare with.
        raise ValueError("the model predicts what is no number")
    return np.round(scores.astype("float64"), 6), scores >= model.threshold


def output_statistics(scores: Array, flagged: Array, contract: Contract, into: dict[str, Accumulator]) -> None:
    for score, flag in zip(scores, flagged, strict=True):
        into["probability"].add(f"{score:.6f}")
        into["decision"].add(contract.positive if flag else contract.negative)


def count_facets(frame: pd.DataFrame, labels: Array, flagged: Array, counts: FacetCounts, contract: Contract) -> None:
    in_facet = frame[contract.facet_column].isin(contract.facet_values)
    for group, member, label, flag in zip(frame[contract.facet_group], in_facet, labels, flagged, strict=True):
        counts.add(str(group), bool(member), int(label), bool(flag))


@dataclass(frozen=True)
class MonthsHeldBack:
    validation: Path
    test: Path


def create(source: Path, months: MonthsHeldBack, output: Path, model: Model, contract: Contract) -> str:
    features = accumulate(csv_dataset(source), contract.features)
    if not features.rows:
        raise FileNotFoundError(f"no rows under {source}: an empty baseline would accept everything")
    outputs = {feature.name: Accumulator(feature) for feature in OUTPUTS}
    # Predictions for two months, because one month has one kind of weather.
    for frame in labeled_chunks(months.validation, contract):
        output_statistics(*decide(model, frame, contract), contract, outputs)
    if not outputs["probability"].present:
        raise ValueError(f"no rows under {months.validation}: a baseline of nothing would accept any predictions")
    evaluated, facets, sample = Evaluated(), FacetCounts(), Sample()
    for frame in labeled_chunks(months.test, contract):
        scores, flagged = decide(model, frame, contract)
        labels = frame[contract.target].to_numpy()
        output_statistics(scores, flagged, contract, outputs)
        evaluated.add(labels, flagged, scores)
        count_facets(frame, labels, flagged, facets, contract)
        for row in frame[contract.columns].to_dict("records"):
            sample.add({str(name): value for name, value in row.items()})

    if not evaluated.rows:
        raise ValueError(f"no rows under {months.test}: a baseline of nothing would accept any quality")

    # Predictions first, then features: the order in which Model Monitor writes a captured row.
    dataset = replace(features, accumulators={**outputs, **features.accumulators})
    write(output, "statistics.json", dataset.document())
    write(output, "constraints.json", constraints.suggest(dataset, contract))
    write(output / "quality", "statistics.json", quality_statistics(evaluated, contract))
    write(output / "quality", "constraints.json", binary_quality.suggest(evaluated, contract))
    bias_report = bias.report(facets, contract)
    write(output / "bias", "analysis.json", bias_report)
    write(output / "bias", "constraints.json", bias.suggest(bias_report, contract))
    explained = attribution.report(model, as_frame(sample, contract), contract)
    write(output / "explainability", "analysis.json", explained)
    write(output / "explainability", "constraints.json", explained)
    return f"CompletedSuccessfully: baseline of {features.rows} rows and {evaluated.rows} evaluated predictions"


def quality_statistics(evaluated: Evaluated, contract: Contract) -> dict[str, object]:
    return {
        "version": 0.0,
        "dataset": {"item_count": evaluated.rows},
        "binary_classification_metrics": binary_quality.metrics_document(evaluated),
        "business_metrics": {"currency": contract.currency, **binary_quality.business(evaluated, contract)},
    }


def as_frame(sample: Sample, contract: Contract) -> pd.DataFrame:
    return pd.DataFrame(sample.rows).astype(read_columns(contract))


def main(_: Sequence[str]) -> int:
    contract = load()
    with tempfile.TemporaryDirectory() as scratch:
        loaded = load_model(processing_path("input", "model"), Path(scratch))
        if loaded is None:
            raise FileNotFoundError("the candidate's model.tar.gz is missing")
        months = MonthsHeldBack(processing_path("input", "validation"), processing_path("input", "test"))
        environment: Mapping[str, str] = os.environ
        message = create(
            processing_path("input", "baseline"), months, Path(environment["output_path"]), loaded[0], contract
        )
    leave_message(message)
    return 0
