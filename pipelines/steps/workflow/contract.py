"""The part of the ProblemSpec that the steps need: `problem.json`, which synthesis writes next to this file."""

from __future__ import annotations

import json
import os
import pkgutil
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from .airport_state import StateRules

WRITER = "pipelines/write-problem-document.ts"


@dataclass(frozen=True)
class Feature:
    name: str
    type: str
    """category, number, clock (HHMM) or date (YYYY-MM-DD)."""
    missing: str
    """reject or keep."""
    derived: bool = False
    """Computed from other records (airport_state.py): no raw or curated file has it."""
    minimum: float = float("-inf")
    maximum: float = float("inf")
    integer: bool = False
    pattern: str = ""


@dataclass(frozen=True)
class Reading:
    """How values are written; lib/problem/reading-rules.ts has the reasons."""

    number: re.Pattern[str]
    record_id: re.Pattern[str]
    unreadable: re.Pattern[str]
    """Characters that a text must not contain."""
    longest_text: int
    years: tuple[int, int]


OUTPUTS = (
    Feature("probability", "number", "reject", minimum=0.0, maximum=1.0),
    Feature("decision", "category", "reject"),
)
"""Columns of a prediction. Monitoring treats them like features."""


@dataclass(frozen=True)
class Contract:
    name: str
    record_id: str
    source_column: str
    sources: tuple[str, ...]
    target: str
    positive: str
    negative: str
    missed_cost: float
    false_alarm_cost: float
    currency: str
    rule_feature: str
    """What the rule without a model reads."""
    threshold_from: str
    """costs or validation: which of the two thresholds a model decides with."""
    split_column: str
    test_units: int
    validation_units: int
    features: tuple[Feature, ...]
    state: StateRules
    schedule_date: str
    schedule_clock: str
    delay: str
    """Observed after the prediction: the state of later flights is computed from it."""
    reading: Reading
    rare_category_rows: int
    selection_tolerance: float
    """How far below the best trial's metric a smaller model may be."""
    longest_latency_ms: float
    drift_distance: float
    unseen_category_share: float
    minimum_rows: int
    seasonal: frozenset[str]
    output_distance: float
    auc_margin: float
    cost_ratio: float
    cost_growth: float
    facet_column: str
    facet_values: tuple[str, ...]
    facet_group: str
    bias_tolerance: float
    attribution_ndcg: float

    @property
    def columns(self) -> list[str]:
        """Feature columns in the order of a CSV request."""
        return [feature.name for feature in self.features]

    @property
    def filed_columns(self) -> list[str]:
        """Feature columns that raw and curated files hold."""
        return [feature.name for feature in self.features if not feature.derived]

    def of_type(self, kind: str) -> list[str]:
        return [feature.name for feature in self.features if feature.type == kind]


@lru_cache(maxsize=1)
def load() -> Contract:
    content = pkgutil.get_data("workflow", "problem.json")
    if content is None:
        raise FileNotFoundError(f"workflow/problem.json is missing: synthesis writes it; by hand, run {WRITER}")
    return parse(json.loads(content, parse_constant=refuse_constant))


def refuse_constant(name: str) -> None:
    """A limit that is NaN refuses nothing: every comparison with it is false."""
    raise ValueError(f"problem.json has {name}, which is no limit: write it again with {WRITER}")


def parse(document: dict[str, Any]) -> Contract:
    target, split, costs, state, monitoring = (
        document[key] for key in ("target", "split", "costs", "state", "monitoring")
    )
    return Contract(
        name=document["name"],
        record_id=document["record_id"],
        source_column=document["source"]["column"],
        sources=tuple(document["source"]["values"]),
        target=target["name"],
        positive=target["positive"],
        negative=target["negative"],
        missed_cost=float(costs["missed"]),
        false_alarm_cost=float(costs["false_alarm"]),
        currency=costs["currency"],
        rule_feature=document["rule_feature"],
        threshold_from=document["threshold_from"],
        split_column=split["column"],
        test_units=int(split["test_units"]),
        validation_units=int(split["validation_units"]),
        features=tuple(Feature(**feature) for feature in document["features"]),
        state=parse_state(state),
        schedule_date=state["schedule"]["date"],
        schedule_clock=state["schedule"]["clock"],
        delay=state["delay"],
        reading=parse_reading(document.get("reading")),
        rare_category_rows=int(document["rare_category_rows"]),
        selection_tolerance=float(document["selection"]["tolerance"]),
        longest_latency_ms=float(document["selection"]["maximum_latency_ms"]),
        drift_distance=float(monitoring["drift_distance"]),
        unseen_category_share=float(monitoring["unseen_category_share"]),
        minimum_rows=int(monitoring["minimum_rows"]),
        seasonal=frozenset(monitoring["seasonal"]),
        output_distance=float(monitoring["output_distance"]),
        auc_margin=float(monitoring["auc_margin"]),
        cost_ratio=float(monitoring["cost_ratio"]),
        cost_growth=float(monitoring["cost_growth"]),
        facet_column=monitoring["facet"]["column"],
        facet_values=tuple(monitoring["facet"]["values"]),
        facet_group=monitoring["facet"]["group"],
        bias_tolerance=float(monitoring["bias_tolerance"]),
        attribution_ndcg=float(monitoring["attribution_ndcg"]),
    )


def parse_state(document: dict[str, Any]) -> StateRules:
    return StateRules(
        windows=tuple(document["windows"]),
        grid=int(document["grid"]),
        lead=int(document["lead"]),
        late=int(document["late"]),
    )


def parse_reading(document: dict[str, Any] | None) -> Reading:
    if document is None:
        raise KeyError(f"problem.json has no rules for reading: write it again with {WRITER}")
    first, last = document["years"]
    patterns = {name: re.compile(document[name]) for name in ("number", "record_id", "unreadable")}
    return Reading(**patterns, longest_text=int(document["longest_text"]), years=(int(first), int(last)))


def processing_path(*parts: str) -> Path:
    """A path under the root of the processing container. The variable lets the script run elsewhere."""
    return Path(os.environ.get("WORKFLOW_PROCESSING_ROOT", "/opt/ml/processing"), *parts)
