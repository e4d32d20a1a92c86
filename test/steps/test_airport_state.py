from __future__ import annotations

import math

import numpy as np
import pytest
from workflow.airport_state import StateRules, prediction_moments, state_at

RULES = StateRules(windows=(60, 180), grid=15, lead=120, late=15)


def at(moment: int, flights: list[tuple[int, float]]) -> dict[str, float]:
    scheduled = np.array([minute for minute, _ in flights], dtype="int64")
    delay = np.array([late for _, late in flights], dtype="float64")
    return {name: float(column[0]) for name, column in state_at(np.array([moment]), scheduled, delay, RULES).items()}


def test_a_flight_that_left_counts_with_its_delay_and_one_that_waits_with_its_wait() -> None:
    # At 600: one left 4 minutes early, one left 20 minutes late, one has waited 30 minutes and will leave much later.
    state = at(600, [(550, -4), (560, 20), (570, 200)])
    assert state["mean_delay_60"] == (-4 + 20 + 30) / 3
    assert state["late_share_60"] == 2 / 3
    assert state["gone_share_60"] == 2 / 3
    assert state["flights_60"] == 3


def test_a_cancelled_flight_waits_until_the_window_has_passed() -> None:
    assert at(600, [(550, math.nan)])["mean_delay_60"] == 50
    assert at(620, [(550, math.nan)])["flights_60"] == 0


def test_a_window_begins_after_its_first_minute_and_holds_its_last() -> None:
    assert at(600, [(540, 0), (541, 0), (600, 0), (601, 0)])["flights_60"] == 2


def test_no_flights_have_no_shares() -> None:
    state = at(600, [(10, 0)])
    assert state["flights_180"] == 0
    assert math.isnan(state["mean_delay_180"]) and math.isnan(state["gone_share_180"])


def test_flights_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="order of their schedule"):
        at(600, [(560, 0), (550, 0)])


def test_a_prediction_knows_the_last_moment_of_the_grid() -> None:
    assert prediction_moments(np.array([720, 734, 735]), RULES).tolist() == [600, 600, 615]


def test_what_happens_after_the_moment_changes_nothing() -> None:
    """The leak test: every outcome that was not known at the moment is replaced, and the state stays the same."""
    generator = np.random.default_rng(2013)
    scheduled = np.sort(generator.integers(0, 1_440, 400))
    delay = generator.integers(-10, 240, 400).astype("float64")
    delay[generator.random(400) < 0.05] = np.nan
    for moment in range(180, 1_440, 45):
        known = scheduled + delay <= moment
        later = np.where(known, delay, np.nan)
        moments = np.array([moment])
        before = state_at(moments, scheduled, delay, RULES)
        after = state_at(moments, scheduled, later, RULES)
        for name in RULES.columns:
            np.testing.assert_array_equal(before[name], after[name])
