"""Glue job: the training set as partitioned Parquet, built by Spark on as many hosts as the data need.

It does what PrepareData does on one host, for histories that outgrow it (pipelines/steps/workflow/prepare.py): each
flight once, with the state of its airport as it was known at the prediction. Its rows are PrepareData's to the bit, so
a model may be trained on either (DATADEC-01: a large history in S3; FEAT-04: how online and offline features diverge).

Only Spark SQL: no row passes through Python and none through the driver, so hosts decide how much fits, not the script.
https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-etl-libraries.html
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

import boto3
from awsglue.utils import getResolvedOptions
from pyspark.errors import AnalysisException
from pyspark.sql import Column, DataFrame, Observation, SparkSession, Window
from pyspark.sql import functions as F

EPOCH = "1970-01-01"
ROWS_PER_FILE = 1_000_000
"""Some hundred megabytes: large enough that a reader's requests do not cost more than its bytes."""

PARTITIONS_AT_ONCE = 100
"""Of one call (API reference, BatchCreatePartition)."""

CHECKED_ONE_IN = 100
"""Of so many flights, one is computed a second time by the leak test: as many as in PrepareData (month_state.py)."""

EVENTS = (
    "event_id STRING, flight_id STRING, origin STRING, type STRING, "
    "scheduled TIMESTAMP, delay INT, event_time TIMESTAMP"
)
"""Columns of the files that Firehose writes (lib/features/lake-delivery.ts). Given, no file is read to find them."""


@dataclass(frozen=True)
class Problem:
    """The parts of problem.json, which synthesis writes from the ProblemSpec, that this job needs."""

    record_id: str
    source: str
    target: str
    delay: str
    date: str
    clock: str
    features: tuple[dict[str, Any], ...]
    windows: tuple[int, ...]
    grid: int
    lead: int
    late: int

    @staticmethod
    def of(document: dict[str, Any]) -> Problem:
        state = document["state"]
        return Problem(
            record_id=document["record_id"],
            source=document["source"]["column"],
            target=document["target"]["name"],
            delay=state["delay"],
            date=state["schedule"]["date"],
            clock=state["schedule"]["clock"],
            features=tuple(document["features"]),
            windows=tuple(state["windows"]),
            grid=state["grid"],
            lead=state["lead"],
            late=state["late"],
        )

    @property
    def filed(self) -> list[dict[str, Any]]:
        """Features that curated files hold."""
        return [feature for feature in self.features if not feature.get("derived", False)]

    @property
    def curated_columns(self) -> list[str]:
        """Header of a curated file (lambda/curate-object/contract.ts)."""
        return [self.record_id, self.source, *(feature["name"] for feature in self.filed), self.delay, self.target]

    @property
    def columns(self) -> list[str]:
        """Columns of the training set, in the order that training reads."""
        return [self.record_id, self.source, *(feature["name"] for feature in self.features), self.target]


def read_problem(spark: SparkSession, uri: str) -> Problem:
    document = spark.read.text(uri, wholetext=True).first()
    if document is None:
        raise ValueError(f"{uri} is empty")
    return Problem.of(json.loads(document[0]))


def read_curated(spark: SparkSession, uri: str, problem: Problem) -> DataFrame:
    """Curated rows as they are written; a file with another header ends the job."""
    schema = ", ".join(f"`{name}` STRING" for name in problem.curated_columns)
    rows = spark.read.csv(uri, schema=schema, header=True, enforceSchema=False, mode="FAILFAST", escape='"')
    # An empty value is missing, quoted or not, and nothing else is (docs/reference/reading.md).
    present = {name: F.when(F.col(name) != "", F.col(name)) for name in problem.curated_columns}
    typed = {
        feature["name"]: present[feature["name"]].cast("double")
        for feature in problem.filed
        if feature["type"] in ("number", "clock")
    }
    # Files are not split, because they are compressed: within one, the id grows from row to row.
    place = {"file": F.col("_metadata.file_name"), "place": F.monotonically_increasing_id()}
    outcome = {
        problem.delay: present[problem.delay].cast("double").cast("bigint"),
        problem.target: present[problem.target].cast("double").cast("int"),
    }
    return rows.withColumns({**present, **place}).withColumns({**typed, **outcome})


def once(rows: DataFrame, problem: Problem) -> DataFrame:
    """Each flight of a month once: the first row that has its outcome (PREP-02: duplicates and invalid records)."""
    first = Window.partitionBy("airport", "month", problem.record_id).orderBy("file", "place")
    return (
        rows.where(F.col(problem.target).isNotNull())
        .withColumn("copy", F.row_number().over(first))
        .where("copy = 1")
        .drop("copy", "file", "place")
    )


def with_schedule(flights: DataFrame, problem: Problem) -> DataFrame:
    """Minutes since 1970 of the schedule, and of the last moment of the grid that a prediction can know."""
    clock = F.col(problem.clock).cast("bigint")
    day = F.datediff(F.col(problem.date).cast("date"), F.lit(EPOCH).cast("date")).cast("bigint")
    scheduled = day * 1440 + F.floor(clock / 100) * 60 + clock % 100
    known = F.col("scheduled") - problem.lead
    return flights.withColumn("scheduled", scheduled).withColumn("moment", known - F.pmod(known, F.lit(problem.grid)))


def read_events(spark: SparkSession, uri: str, since: str) -> DataFrame | None:
    """Departures that the stream delivered since the first day of a month; None before the first delivery."""
    try:
        events = spark.read.schema(f"{EVENTS}, day STRING").parquet(uri)
    except AnalysisException as error:
        if error.getErrorClass() != "PATH_NOT_FOUND":
            raise
        return None
    return events.where(F.col("day") >= f"{since}-01")


def with_events(flights: DataFrame, events: DataFrame, problem: Problem) -> DataFrame:
    """
    Delays that the files lack, of the events: by the rules of the stream's consumer, so that a flight has one history.

    An event may be there twice; of two that differ, the later one holds; one that is told before it can have happened
    is not counted (lambda/track-departures/event.ts, flight-table.ts).
    """
    possible = F.col("delay").isNull() | F.expr("scheduled + make_dt_interval(0, 0, delay) <= event_time")
    outcomes = (
        events.where(F.col("type").isin("departed", "canceled") & possible)
        .groupBy(F.col("origin").alias("airport"), F.col("flight_id").alias(problem.record_id))
        .agg(F.max_by(F.col("delay").cast("bigint"), F.struct("event_time", "event_id")).alias("event_delay"))
    )
    return (
        flights.join(outcomes, ["airport", problem.record_id], "left")
        .withColumn(problem.delay, F.coalesce(problem.delay, "event_delay"))
        .drop("event_delay")
    )


def airport_states(flights: DataFrame, problem: Problem) -> DataFrame:
    """
    The state of each airport at each moment of the grid: pipelines/steps/workflow/airport_state.py in SQL.

    Each flight is sent to the moments whose windows it lies in, a dozen at most, and the rest is a sum: a join by range
    of times would compare every flight with every moment.
    """
    grid = F.lit(problem.grid).cast("bigint")
    first = F.col("scheduled") + F.pmod(-F.col("scheduled"), grid)
    seen = flights.select(
        "airport",
        "scheduled",
        F.col(problem.delay).alias("delay"),
        F.explode(F.sequence(first, F.col("scheduled") + F.lit(max(problem.windows) - 1), grid)).alias("moment"),
    )
    return states_of(seen, problem)


def states_of(seen: DataFrame, problem: Problem) -> DataFrame:
    """
    The state at each moment, of the flights that are seen at it: (airport, moment, scheduled, delay).

    Whole minutes, divided once: the bits are those of Python.
    """
    seen = seen.withColumn("gone", F.coalesce(F.expr("scheduled + delay <= moment"), F.lit(False)))
    so_far = F.when(F.col("gone"), F.col("delay")).otherwise(F.col("moment") - F.col("scheduled"))
    newest = F.when(F.col("gone"), F.greatest("scheduled", F.expr("scheduled + delay"))).otherwise(F.col("scheduled"))
    sums: list[Column] = [F.max(newest).alias("known_at")]
    for window in problem.windows:
        within = F.col("scheduled") > F.col("moment") - window
        late = within & (so_far >= problem.late)
        sums += [
            F.count(F.when(within, 1)).alias(f"flights_{window}"),
            F.sum(F.when(within, so_far)).alias(f"minutes_{window}"),
            F.count(F.when(late, 1)).alias(f"late_{window}"),
            F.count(F.when(within & F.col("gone"), 1)).alias(f"gone_{window}"),
        ]
    totals = seen.groupBy("airport", "moment").agg(*sums)
    values: list[Column] = [F.col("airport"), F.col("moment"), F.col("known_at")]
    for window in problem.windows:
        flights_seen = F.col(f"flights_{window}")
        share = {"mean_delay": f"minutes_{window}", "late_share": f"late_{window}", "gone_share": f"gone_{window}"}
        values += [
            F.when(flights_seen > 0, F.col(total) / flights_seen).alias(f"{name}_{window}")
            for name, total in share.items()
        ]
        values.append(flights_seen.cast("double").alias(f"flights_{window}"))
    return totals.select(*values)


def checked_states(flights: DataFrame, problem: Problem) -> DataFrame:
    """
    The states of some predictions, from a past in which nothing after their moment has happened: no later flight, and
    no delay of a flight that had not left. Joined by parts of the time, each as long as the longest window.
    """
    longest = max(problem.windows)
    part = F.floor(F.col("scheduled") / longest)
    parts = F.array(F.floor((F.col("moment") - longest) / longest), F.floor(F.col("moment") / longest))
    some = F.pmod(F.xxhash64(problem.record_id), F.lit(CHECKED_ONE_IN)) == 0
    moments = flights.where(some).select("airport", "moment").distinct()
    past = flights.select("airport", part.alias("part"), "scheduled", F.col(problem.delay).alias("delay"))
    known = past.join(moments.withColumn("part", F.explode(parts)), ["airport", "part"]).where(
        (F.col("scheduled") > F.col("moment") - longest) & (F.col("scheduled") <= F.col("moment"))
    )
    had_left = F.col("scheduled") + F.col("delay") <= F.col("moment")
    states = states_of(known.withColumn("delay", F.when(had_left, F.col("delay"))), problem)
    return join_states(moments, states, problem)


def join_states(rows: DataFrame, states: DataFrame, problem: Problem) -> DataFrame:
    """A moment that saw no flight has no state but their number."""
    none = {f"flights_{window}": F.coalesce(f"flights_{window}", F.lit(0.0)) for window in problem.windows}
    return rows.join(states, ["airport", "moment"], "left").withColumns(none)


def with_state(flights: DataFrame, states: DataFrame, checked: DataFrame, problem: Problem) -> DataFrame:
    """Joins as of the prediction. Ends the job at the first value that nobody could have known (FEAT-05: leaks)."""
    columns = [name for name in states.columns if name not in ("airport", "moment", "known_at")]
    known_before = F.col("scheduled") - F.coalesce("known_at", "moment")
    late = F.concat(F.lit(" has a state of "), known_before.cast("string"), F.lit(" minutes before departure"))
    honest = checked.select("airport", "moment", F.struct(*columns).alias("honest"))
    leaks = [(known_before < problem.lead, late)]
    for name in columns:
        value, known = F.col(name), F.col("honest").getField(name)
        text = F.format_string(f": {name} is %s; from what was known at its prediction, it is %s", value, known)
        leaks.append((F.col("honest").isNotNull() & ~value.eqNullSafe(known), text))
    tested = known_before
    for leaking, text in reversed(leaks):
        error = F.concat(F.lit("a feature knows the future: "), problem.record_id, text)
        tested = F.when(leaking, F.raise_error(error)).otherwise(tested)
    return (
        join_states(flights, states, problem)
        .join(honest, ["airport", "moment"], "left")
        .withColumn("known_before", tested)
        .drop("honest")
    )


def month_before(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year - (number == 1):04}-{(number - 2) % 12 + 1:02}"


def months(since: str, until: str) -> list[str]:
    """From `since` to before `until`."""
    found: list[str] = []
    while (month := since if not found else month_after(found[-1])) < until:
        found.append(month)
    return found


def month_after(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04}-{number % 12 + 1:02}"


def register(options: dict[str, str], keys: list[tuple[str, str]]) -> None:
    """Enters partitions into the catalog, where they are not there already: Glue's readers find no others."""
    glue = boto3.client("glue")
    table = glue.get_table(DatabaseName=options["database"], Name=options["table"])["Table"]
    storage = table["StorageDescriptor"]
    inputs = [
        {
            "Values": [airport, month],
            "StorageDescriptor": {**storage, "Location": f"{storage['Location']}airport={airport}/month={month}/"},
        }
        for airport, month in keys
    ]
    for start in range(0, len(inputs), PARTITIONS_AT_ONCE):
        answer = glue.batch_create_partition(
            DatabaseName=options["database"],
            TableName=options["table"],
            PartitionInputList=inputs[start : start + PARTITIONS_AT_ONCE],
        )
        for error in answer.get("Errors", []):
            if error["ErrorDetail"]["ErrorCode"] != "AlreadyExistsException":
                raise RuntimeError(f"partition {error['PartitionValues']}: {error['ErrorDetail']['ErrorMessage']}")


def main() -> None:
    names = ["JOB_NAME", "problem", "curated", "output", "database", "table", "airports", "from", "until"]
    options = getResolvedOptions(sys.argv, names)
    events = getResolvedOptions(sys.argv, ["events"])["events"] if "--events" in sys.argv else None
    spark = SparkSession.builder.getOrCreate()
    # 2013-01 is a month, not the first of January.
    spark.conf.set("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
    # A second run replaces the months that it writes, and no other.
    spark.conf.set("spark.sql.sources.partitionOverwriteMode", "dynamic")

    problem = read_problem(spark, options["problem"])
    since, until = options["from"], options["until"]
    airports = options["airports"].split("+")
    # The first flights of a month need the last hours of the month before.
    wanted = F.col("airport").isin(airports) & (F.col("month") >= month_before(since)) & (F.col("month") < until)
    rows = read_curated(spark, options["curated"], problem).where(wanted)
    flights = with_schedule(once(rows, problem), problem)
    delivered = read_events(spark, events, month_before(since)) if events is not None else None
    if delivered is not None:
        flights = with_events(flights, delivered, problem)
    written = Observation("written")
    result = (
        with_state(
            flights.where(F.col("month") >= since),
            airport_states(flights, problem),
            checked_states(flights, problem),
            problem,
        )
        .select(*problem.columns, "known_before", "airport", "month")
        .observe(written, F.count(F.lit(1)).alias("rows"))
    )
    # One task writes a month: one file, unless the month is larger than a file should be.
    (
        result.repartition("airport", "month")
        .sortWithinPartitions("airport", "month", problem.date, problem.clock, problem.record_id)
        .write.mode("overwrite")
        .option("maxRecordsPerFile", ROWS_PER_FILE)
        .partitionBy("airport", "month")
        .parquet(options["output"])
    )
    count = written.get["rows"]
    if count == 0:
        raise ValueError(f"no flight of {', '.join(airports)} from {since} to before {until} has an outcome")
    register(options, [(airport, month) for airport in airports for month in months(since, until)])
    print(f"{count} rows written to {options['output']}")


if __name__ == "__main__":
    main()
