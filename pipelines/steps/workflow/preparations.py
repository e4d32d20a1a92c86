"""Other ways to prepare the same rows, for `compare`: each learns from training rows only, and changes one thing.

The pipeline's own way is `Encoder`: categories as codes with the rare grouped, missing values kept, nothing capped or
scaled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from .contract import Contract
from .features import Array, Encoder

FOLDS = 5
SMOOTHING = 20.0
"""Rows that a category's mean counts for less: a category of that many rows gets half of its own mean."""


@dataclass(frozen=True)
class Frames:
    """Rows of the three parts, with target."""

    train: pd.DataFrame
    validation: pd.DataFrame
    test: pd.DataFrame

    @property
    def parts(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        return self.train, self.validation, self.test


@dataclass(frozen=True)
class Inputs:
    """Model inputs of the three parts, each of shape (rows, inputs)."""

    names: tuple[str, ...]
    types: tuple[str, ...]
    """XGBoost's: c for codes, q for quantities."""
    train: Array
    validation: Array
    test: Array

    def each(self, change: Callable[[Array], Array], names: Sequence[str], types: Sequence[str]) -> Inputs:
        parts = (np.asarray(change(part), dtype="float32") for part in (self.train, self.validation, self.test))
        return Inputs(tuple(names), tuple(types), *parts)

    def at(self, kind: str) -> list[int]:
        return [at for at, one in enumerate(self.types) if one == kind]

    def keep(self, names: Sequence[str]) -> Inputs:
        at = [self.names.index(name) for name in names]
        return self.each(lambda part: part[:, at], names, [self.types[one] for one in at])


def encoded(frames: Frames, contract: Contract) -> Inputs:
    """As the pipeline prepares them."""
    encoder = Encoder.fit(frames.train, contract)
    parts = [encoder.transform(part, contract) for part in frames.parts]
    return Inputs(
        tuple(str(name) for name in parts[0].columns),
        tuple(encoder.feature_types(contract)),
        *(part.to_numpy() for part in parts),
    )


def rare_kept(frames: Frames, contract: Contract) -> Inputs:
    """Every value of a category gets its own code, however rare (FEAT-01: a category with many values)."""
    return encoded(frames, replace(contract, rare_category_rows=1))


def filled(inputs: Inputs, indicators: bool = True) -> Inputs:
    """Missing quantities become the training median, and an input says that they were (PREP-01: missing values)."""
    holes = [at for at in inputs.at("q") if np.isnan(inputs.train[:, at]).any()]
    medians = {at: np.nanmedian(inputs.train[:, at]) for at in inputs.at("q")}

    def change(part: Array) -> Array:
        whole = part.copy()
        for at, median in medians.items():
            whole[np.isnan(part[:, at]), at] = median
        return np.hstack([whole, np.isnan(part[:, holes])]) if indicators else whole

    more = [f"{inputs.names[at]} missing" for at in holes] if indicators else []
    return inputs.each(change, [*inputs.names, *more], [*inputs.types, *("q" for _ in more)])


def capped(inputs: Inputs, percent: float = 1.0) -> Inputs:
    """Quantities outside the training rows' percentiles become that percentile (PREP-03: outliers)."""
    at = inputs.at("q")
    low, high = np.nanpercentile(inputs.train[:, at], [percent, 100 - percent], axis=0)

    def change(part: Array) -> Array:
        within = part.copy()
        within[:, at] = np.clip(part[:, at], low, high)
        return within

    return inputs.each(change, inputs.names, inputs.types)


def numbered(inputs: Inputs) -> Inputs:
    """Codes as if they were quantities: their order means nothing."""
    return inputs.each(lambda part: part, inputs.names, ["q" for _ in inputs.types])


def one_hot(inputs: Inputs) -> Inputs:
    """An input of 0 and 1 for each code (PREP-07: encoding categories)."""
    quantities, codes = inputs.at("q"), inputs.at("c")
    columns = [(at, code) for at in codes for code in np.unique(inputs.train[~np.isnan(inputs.train[:, at]), at])]

    def change(part: Array) -> Array:
        return np.column_stack([part[:, quantities], *(part[:, at] == code for at, code in columns)])

    names = [*(inputs.names[at] for at in quantities), *(f"{inputs.names[at]} {code:.0f}" for at, code in columns)]
    return inputs.each(change, names, ["q" for _ in names])


def scaled(inputs: Inputs) -> Inputs:
    """Quantities with mean 0 and deviation 1 in the training rows (PREP-08: when scaling helps)."""
    at = inputs.at("q")
    mean, deviation = np.nanmean(inputs.train[:, at], axis=0), np.nanstd(inputs.train[:, at], axis=0)

    def change(part: Array) -> Array:
        whole = part.copy()
        whole[:, at] = (part[:, at] - mean) / np.where(deviation > 0, deviation, 1)
        return whole

    return inputs.each(change, inputs.names, inputs.types)


Keys = Callable[[pd.DataFrame], "pd.Series[Any]"]


def target_encoded(frames: Frames, inputs: Inputs, keys: dict[str, Keys], contract: Contract) -> Inputs:
    """
    A category's share of positives instead of its code, from training rows only.

    A training row gets the share of the other folds: with its own outcome in it, the model would trust the share more
    than it may (FEAT-05: where leaks hide). Smoothed, so that a rare category is close to the share of all rows.
    """
    fold = np.random.default_rng(FOLDS).integers(0, FOLDS, len(frames.train))
    labels = frames.train[contract.target]

    def train_column(key: Keys) -> Array:
        names = key(frames.train)
        column = np.empty(len(names))
        for number in range(FOLDS):
            others, own = fold != number, fold == number
            column[own] = shares(names[others], labels[others], names[own], SMOOTHING)
        return column

    def other_column(key: Keys, part: pd.DataFrame) -> Array:
        return shares(key(frames.train), labels, key(part), SMOOTHING)

    columns = [
        [train_column(key) for key in keys.values()],
        [other_column(key, frames.validation) for key in keys.values()],
        [other_column(key, frames.test) for key in keys.values()],
    ]
    return with_columns(inputs, list(keys), columns)


def leaky_target_encoded(frames: Frames, inputs: Inputs, keys: dict[str, Keys], contract: Contract) -> Inputs:
    """The mistake: shares from all rows, each with its own outcome in it, also those of the test (PREP-05)."""
    rows = pd.concat(frames.parts, ignore_index=True)
    columns = [
        [shares(key(rows), rows[contract.target], key(part), 0.0) for key in keys.values()] for part in frames.parts
    ]
    return with_columns(inputs, list(keys), columns)


def shares(names: pd.Series[Any], labels: pd.Series[Any], wanted: pd.Series[Any], smoothing: float) -> Array:
    """The share of positives of each wanted name; of all rows where a name is unknown."""
    whole = float(labels.mean())
    groups = pd.DataFrame({"name": names.to_numpy(), "label": labels.to_numpy()}).groupby("name")["label"]
    found = (groups.sum() + smoothing * whole) / (groups.count() + smoothing)
    return np.asarray(wanted.map(found).fillna(whole), dtype="float64")


def with_columns(inputs: Inputs, names: Sequence[str], columns: Sequence[Sequence[Array]]) -> Inputs:
    """The inputs with these columns, each in place of the input of its name, or behind all if there is none."""
    kept = [at for at, name in enumerate(inputs.names) if name not in names]
    parts = [
        np.column_stack([part[:, kept], *more]).astype("float32")
        for part, more in zip((inputs.train, inputs.validation, inputs.test), columns, strict=True)
    ]
    types = [*(inputs.types[at] for at in kept), *("q" for _ in names)]
    return Inputs((*(inputs.names[at] for at in kept), *names), tuple(types), *parts)
