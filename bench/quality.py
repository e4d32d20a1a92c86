"""Quality by month of the workflow's own steps (PrepareData, training, evaluation), as Markdown tables.

    PYTHONPATH=pipelines/steps python bench/quality.py

*Frozen* learned from Kennedy's January to April, *retrained* from both airports' January to September; the month after
that validates. Each has four fixed trials instead of a search. Intervals: 95 % of 500 draws of the month's days.
"""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
from argparse import Namespace
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from bare_workflow import TRIALS, curate, flights, learn
from workflow import train
from workflow.contract import Contract, load
from workflow.intervals import Days, Draws, cost_draws, interval, measured
from workflow.model import Model

WINDOWS = {
    "frozen": {"airports": "JFK", "from": "2013-01", "until": "2013-07"},
    "retrained": {"airports": "JFK+LGA", "from": "2013-01", "until": "2013-12"},
}
MONTHS = {
    "frozen": [
        *(f"JFK/2013-{month:02d}" for month in range(6, 13)),
        *(f"LGA/2013-{month:02d}" for month in range(9, 13)),
    ],
    "retrained": [f"{airport}/2013-{month}" for airport in ("JFK", "LGA") for month in (11, 12)],
}
TESTED = range(4, 13)
"""Months for which Kennedy alone is trained on what came before, with one fixed trial."""


@dataclass(frozen=True)
class Month:
    rows: pd.DataFrame
    days: Days
    contract: Contract

    @classmethod
    def of(cls, rows: pd.DataFrame, contract: Contract) -> Month:
        return cls(rows, Days.of(rows[contract.split_column].to_numpy()), contract)

    def cost(self, flagged: np.ndarray) -> np.ndarray:
        return cost_draws(self.rows[self.contract.target].to_numpy(), flagged, self.days, self.contract)

    def without_model(self) -> np.ndarray:
        """The cheaper of never and always flagging."""
        nothing = np.zeros(len(self.rows), dtype=bool)
        return cheaper(self.cost(nothing), self.cost(~nothing))

    def measured(self, model: Model, contract: Contract) -> tuple[Draws, np.ndarray]:
        """At the model's threshold, and the cost at the one of the validation month."""
        scores = model.score(self.rows, contract)
        labels = self.rows[contract.target].to_numpy()
        found = measured(labels, scores, scores >= model.threshold, self.days, contract)
        return found, self.cost(scores >= model.thresholds["validation"])


def cheaper(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Of the month itself; all draws are of that one."""
    return min(one, other, key=lambda draws: float(draws[0]))


def without_state(work: Path, folder: Path, contract: Contract) -> Model:
    """The best of the same trials on the same rows, without the airport's state."""
    reduced = replace(contract, features=tuple(one for one in contract.features if not one.derived))
    parts = [pd.read_csv(work / "processing" / "output" / part / "data.csv") for part in ("train", "validation")]
    found = []
    for path in sorted(work.glob("model-*/features.json")):
        options = Namespace(**json.loads(path.read_text())["hyperparameters"])
        model, metrics = train.fit(parts[0], parts[1], options, reduced, None)
        found.append((metrics["validation_pr_auc"], model))
    return max(found, key=lambda one: one[0])[1]


def usd(draws: np.ndarray) -> str:
    return f"{draws[0]:,.0f}"


def with_interval(draws: np.ndarray, sign: str = "") -> str:
    found = interval(draws)
    return f"{found['value']:{sign},.0f} ({found['low']:{sign},.0f} to {found['high']:{sign},.0f})"


def areas(draws: Draws) -> str:
    return f"{draws['auc'][0]:.3f} {draws['pr_auc'][0]:.3f} {usd(draws['cost'])}"


def table(head: list[str], rows: list[list[str]]) -> None:
    for cells in (head, ["---"] * len(head), *rows):
        print(f"| {' | '.join(cells)} |")
    print(flush=True)


def by_month(scratch: Path, curated: Path, months: dict[str, pd.DataFrame], contract: Contract) -> None:
    reduced = replace(contract, features=tuple(one for one in contract.features if not one.derived))
    rows, other = [], []
    for name, window in WINDOWS.items():
        with contextlib.redirect_stdout(io.StringIO()):
            folder, _ = learn(scratch / name, curated, window, TRIALS, None)
            plain = without_state(scratch / name, folder, contract)
        model = Model.load(folder)
        assert model.rule is not None
        for place in MONTHS[name]:
            month = Month.of(months[place], contract)
            none, rule = month.without_model(), month.cost(model.rule.flags(month.rows))
            before, before_validated = month.measured(plain, reduced)
            now, validated = month.measured(model, contract)
            where = [name, place.replace("/2013-", " ")]
            rows.append(
                [
                    *where,
                    usd(none),
                    usd(rule),
                    areas(before),
                    f"{now['auc'][0]:.3f} ± {spread(now['auc']):.3f}",
                    f"{now['pr_auc'][0]:.3f} ± {spread(now['pr_auc']):.3f}",
                    with_interval(now["cost"]),
                    with_interval(now["cost"] - cheaper(none, rule), "+"),
                ]
            )
            other.append(
                [
                    *where,
                    usd(before["cost"]),
                    usd(before_validated),
                    usd(now["cost"]),
                    usd(validated),
                    with_interval(now["cost"] - validated, "+"),
                ]
            )
        print(f"{name}: the rule is {model.rule}; thresholds {model.thresholds}, without state {plain.thresholds}\n")
    table(
        [
            "training",
            "month",
            "no model",
            "the rule",
            "without state: AUC, PR-AUC, cost",
            "AUC",
            "PR-AUC",
            "cost",
            "difference from the best without a model",
        ],
        rows,
    )
    table(
        [
            "training",
            "month",
            "without state, 0.25",
            "validation month's",
            "with state, 0.25",
            "validation month's",
            "difference",
        ],
        other,
    )


def spread(draws: np.ndarray) -> float:
    """Half of the interval's width."""
    found = interval(draws)
    return (found["high"] - found["low"]) / 2


def gate_by_month(scratch: Path, curated: Path) -> None:
    """What the quality gate says of one fixed trial for Kennedy, trained on the months before."""
    rows = []
    for month in TESTED:
        until = f"2013-{month + 1:02d}" if month < 12 else "2014-01"
        window = {"airports": "JFK", "from": "2013-01", "until": until}
        with contextlib.redirect_stdout(io.StringIO()):
            _, report = learn(scratch / f"gate-{month}", curated, window, TRIALS[:1], None)
        gate, business = report["gate"], report["business"]
        passes = gate["lift"] >= 1.3 and gate["cost_ratio"] < 1
        rows.append(
            [
                f"{month:02d}",
                f"{100 * gate['base_rate']:.0f} %",
                f"{gate['lift']:.2f}",
                f"{business['expected_cost_per_1000']:,.0f}",
                f"{gate['alternative_cost_per_1000']:,.0f} ({gate['alternative']})",
                f"{gate['cost_ratio']:.2f}",
                f"{business['cost_at_threshold_from_validation_per_1000']:,.0f}",
                "yes" if passes else "**no**",
            ]
        )
    table(
        [
            "test month",
            "positives",
            "lift",
            "cost",
            "cheapest alternative",
            "cost ratio",
            "cost with the validation month's threshold",
            "registered",
        ],
        rows,
    )


def main() -> None:
    contract = load()
    with tempfile.TemporaryDirectory() as scratch:
        months = flights()
        curate(Path(scratch, "curated"), months, dict.fromkeys(months))
        by_month(Path(scratch), Path(scratch, "curated"), months, contract)
        gate_by_month(Path(scratch), Path(scratch, "curated"))


if __name__ == "__main__":
    main()
