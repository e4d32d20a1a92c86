"""Reads bodies, rows and values by the same rules in training, serving and monitoring (docs/reference/reading.md).

Curation reads raw files by these rules too (lambda/curate-object). Both get them from problem.json.
"""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Sequence
from typing import Any

from .contract import Contract, Feature, Reading

SHOWN = 100
LINE_END = re.compile("\r\n|\n|\r")
CELL = re.compile(r'(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r\n|\n|\r|\Z)')
"""A cell, quoted or plain, and its end. A quote inside a plain cell does not match."""
KINDS = {"category": "str", "date": "str", "clock": "float64", "number": "float64"}
"""pandas types of the features."""


class Unreadable(ValueError):
    """Why something cannot be read, in words for the sender."""


def decoded(body: bytes | bytearray | str) -> str:
    """UTF-8 text without the byte order mark that spreadsheets write."""
    try:
        text = body if isinstance(body, str) else body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(f"the body is not UTF-8: {error.reason} at byte {error.start}") from None
    return text.removeprefix("\ufeff")


def csv_rows(text: str) -> list[list[str]]:
    """Cells by row (RFC 4180, any line end). Empty lines are skipped, nothing is trimmed, empty cells are ''."""
    if '"' not in text:
        return [line.split(",") for line in LINE_END.split(text) if line]
    rows: list[list[str]] = []
    row: list[str] = []
    at = 0
    while True:
        match = CELL.match(text, at)
        if match is None:
            raise Unreadable(f"not CSV: a quote that does not enclose a whole value, in row {len(rows) + 1}")
        quoted, plain, end = match.groups()
        row.append(plain if quoted is None else quoted.replace('""', '"'))
        at = match.end()
        if end == ",":
            continue
        if row != [""] or quoted is not None:
            rows.append(row)
        row = []
        if at == len(text):
            return rows


def refuse_constant(name: str) -> None:
    raise Unreadable(f"{name} is not a JSON number")


def json_document(text: str) -> Any:
    """JSON as in RFC 8259: no NaN, no Infinity."""
    try:
        return json.loads(text, parse_constant=refuse_constant)
    except Unreadable:
        raise
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not JSON: {error}") from None


def value(raw: Any, feature: Feature, reading: Reading) -> str | float | None:
    """
    A CSV cell or JSON value for models and monitors: text unchanged, a number as float, None or NaN where missing.

    Only an empty text and JSON's null are missing: "NA" and "None" are texts.
    """
    if raw is None or raw == "":
        if feature.missing == "reject":
            raise Unreadable("a value is required")
        return math.nan if KINDS[feature.type] == "float64" else None
    if isinstance(raw, bool | list | dict):
        # The value is not shown: it may be nested too deep for repr.
        raise Unreadable(f"{type(raw).__name__} is not a {feature.type}")
    if feature.type == "category":
        return category(raw, feature, reading)
    if feature.type == "date":
        return date(raw, reading)
    return number(raw, feature, reading)


def category(raw: Any, feature: Feature, reading: Reading) -> str:
    if not isinstance(raw, str) or len(raw) > reading.longest_text or reading.unreadable.search(raw):
        raise Unreadable(f"expected a short text, got {shown(raw)}")
    # An unknown value is scored; a value that does not match the pattern is a mistake.
    if feature.pattern and not re.fullmatch(feature.pattern, raw):
        raise Unreadable(f"{shown(raw)} is not of the form {feature.pattern}")
    return raw


def date(raw: Any, reading: Reading) -> str:
    """YYYY-MM-DD only: Python versions differ in the other forms of ISO 8601 that they accept."""
    try:
        day = datetime.date.fromisoformat(str(raw))
    except ValueError:
        day = None
    if day is None or day.isoformat() != raw:
        raise Unreadable(f"{shown(raw)} is not a date (YYYY-MM-DD)")
    first, last = reading.years
    if not first <= day.year <= last:
        raise Unreadable(f"{raw} is outside the years {first} to {last}")
    return day.isoformat()


def number(raw: Any, feature: Feature, reading: Reading) -> float:
    found = finite(raw, reading)
    if found is None:
        raise Unreadable(f"{shown(raw)} is not a number")
    if feature.type == "clock":
        if found != int(found) or not (0 <= found <= 2400 and found % 100 < 60):
            raise Unreadable(f"{shown(raw)} is not a time of day (HHMM)")
    elif feature.integer and found != int(found):
        raise Unreadable(f"{shown(raw)} is not a whole number")
    elif not feature.minimum <= found <= feature.maximum:
        raise Unreadable(f"{shown(raw)} is outside {feature.minimum:g} to {feature.maximum:g}")
    return found


def finite(raw: Any, reading: Reading) -> float | None:
    """The finite number of a text or JSON number; None if it is none."""
    if isinstance(raw, str) and not reading.number.fullmatch(raw):
        return None
    try:
        found = float(raw)
    except (TypeError, ValueError, OverflowError):
        return None
    # Adding zero turns -0.0 into 0.0.
    return found + 0.0 if math.isfinite(found) else None


def shown(raw: str | float) -> str:
    """The caller's value for a message, shortened if it is long."""
    text = repr(raw)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def frame_options(contract: Contract, columns: Sequence[str], target: str = "int8") -> dict[str, Any]:
    """
    Arguments for pandas.read_csv that make it read a curated file by the rules above.

    By default pandas reads "NA", "None", "nan" and other texts as missing, and may round the last digit of a number.
    """
    kinds = {feature.name: KINDS[feature.type] for feature in contract.features}
    kinds |= {contract.delay: "float64", contract.target: target}
    return {
        "usecols": list(columns),
        "dtype": {name: kinds.get(name, "str") for name in columns},
        "keep_default_na": False,
        "na_values": {name: [""] for name in columns},
        "float_precision": "round_trip",
        "encoding": "utf-8",
    }
