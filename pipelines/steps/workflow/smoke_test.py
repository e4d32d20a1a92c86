"""Sends requests to the serving code in a model's archive, before anybody can approve the model.

The requests go to the image's own application in a separate process, so the status is the one that a caller of the
endpoint gets: evaluation runs in the image that serves. The smoke test of the release (lambda/smoke-test) then sends
recorded flights to the endpoint.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from .contract import Contract
from .features import Array
from .replies import CSV, JSON

ROWS = 50
SECONDS = 120
TOLERANCE = 1e-6
"""Predictions have six decimals."""
NO_ROW = "this,is,no,row\n"
VERSION = "smoke-test"

# Runs with only the modules of the archive and of the image. The script may print, so results go to a file.
RESPOND = """
import io, json, sys, wsgiref.util
from sagemaker_xgboost_container.serving import main

def respond(body, kind):
    content = body.encode()
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/invocations", "CONTENT_TYPE": kind, "HTTP_ACCEPT": kind}
    environ |= {"CONTENT_LENGTH": str(len(content)), "wsgi.input": io.BytesIO(content)}
    wsgiref.util.setup_testing_defaults(environ)
    statuses = []
    parts = main(environ, lambda status, headers, error=None: statuses.append(int(status.split()[0])))
    return {"body": b"".join(parts).decode(), "status": statuses[0]}

requests = json.load(sys.stdin)
with open(sys.argv[1], "w") as file:
    json.dump([respond(*request) for request in requests], file)
"""


class SmokeTestFailed(ValueError):
    """The archive's serving code does not predict as the evaluated model does."""


class SmokeTest:
    """Starts in the background while the evaluation runs; `result` waits for it."""

    def __init__(self, model: Path, frame: pd.DataFrame, contract: Contract) -> None:
        if frame.empty:
            raise SmokeTestFailed("no row to send: the archive's serving code was asked nothing")
        self.frame = frame.head(ROWS)
        self.responses = model.with_name(f"{model.name}-responses.json")
        columns = self.frame[list(contract.columns)]
        rows = json.loads(columns.to_json(orient="records"))
        self.requests = [
            [columns.to_csv(index=False, header=False), CSV],
            [json.dumps({"instances": rows}), JSON],
            [NO_ROW, CSV],
        ]
        self.process = subprocess.Popen(
            [sys.executable, "-c", RESPOND, str(self.responses)],
            cwd=model,
            env=container(model),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def result(self, scores: Array, threshold: float, contract: Contract) -> dict[str, Any]:
        """Summary for the report. Raises SmokeTestFailed when a prediction is not the evaluated model's."""
        try:
            _, errors = self.process.communicate(json.dumps(self.requests), timeout=SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise SmokeTestFailed(f"the archive's serving code did not respond within {SECONDS} seconds") from None
        if self.process.returncode != 0:
            raise SmokeTestFailed(f"the archive's serving code does not start: {last_line(errors)}")
        as_csv, as_json, refused = self.answered()
        expected = [
            (float(score), contract.positive if score >= threshold else contract.negative)
            for score in scores[: len(self.frame)]
        ]
        compare("CSV", from_csv(body_of(as_csv, "CSV")), expected)
        compare("JSON", from_json(body_of(as_json, "JSON")), expected)
        if not 400 <= refused["status"] < 500:
            found = f"status {refused['status']}: {first_line(refused['body'])}"
            raise SmokeTestFailed(
                f"a request that is no row must be refused with a 4xx; the archive's serving code gave {found}"
            )
        return {"passed": True, "rows": len(self.frame), "requests": len(self.requests)}

    def answered(self) -> list[dict[str, Any]]:
        """A response to each request: its status and body."""
        try:
            found = [{"body": str(one["body"]), "status": int(one["status"])} for one in self.read()]
        except (OSError, ValueError, KeyError, TypeError):
            raise SmokeTestFailed("the archive's serving code left no responses") from None
        if len(found) != len(self.requests):
            raise SmokeTestFailed(f"{len(self.requests)} requests were sent, and {len(found)} responses came back")
        return found

    def read(self) -> list[dict[str, Any]]:
        document: list[dict[str, Any]] = json.loads(self.responses.read_text())
        return document


def container(model: Path) -> dict[str, str]:
    """The environment of the serving container, with the archive where the image looks for it."""
    base = model.with_name(f"{model.name}-container")
    base.mkdir(exist_ok=True)
    place = base / "model"
    if not place.is_symlink():
        place.symlink_to(model)
    code = str(model / "code")
    return {
        **os.environ,
        "SAGEMAKER_BASE_DIR": str(base),
        "SAGEMAKER_PROGRAM": "inference.py",
        "SAGEMAKER_SUBMIT_DIRECTORY": code,
        "PYTHONPATH": os.pathsep.join([code, *filter(None, [os.environ.get("PYTHONPATH")])]),
        "MODEL_VERSION": VERSION,
    }


def body_of(response: dict[str, Any], kind: str) -> str:
    if response["status"] != 200:
        found = f"status {response['status']}: {first_line(response['body'])}"
        raise SmokeTestFailed(f"the archive's serving code refused rows of the test set as {kind} with {found}")
    return str(response["body"])


def from_csv(body: str) -> Iterator[tuple[float, str]]:
    for line in body.splitlines():
        probability, decision, _ = line.split(",")
        yield float(probability), decision


def from_json(body: str) -> Iterator[tuple[float, str]]:
    for one in json.loads(body)["predictions"]:
        yield float(one["probability"]), one["decision"]


def compare(kind: str, predictions: Iterator[tuple[float, str]], expected: list[tuple[float, str]]) -> None:
    try:
        found = list(predictions)
    except (ValueError, KeyError, TypeError):
        raise SmokeTestFailed(f"the archive's response to {kind} does not match the contract") from None
    if len(found) != len(expected):
        raise SmokeTestFailed(f"{len(expected)} rows were sent as {kind}, and {len(found)} predictions came back")
    for row, ((probability, decision), (score, word)) in enumerate(zip(found, expected, strict=True), 1):
        # Rounding may move a score across the threshold, but the decision must be the same.
        # With NaN, no comparison is true.
        if not abs(probability - score) <= TOLERANCE or decision != word:
            raise SmokeTestFailed(
                f"row {row} as {kind}: the archive's serving code says {probability:.6f} {decision}, "
                f"the evaluated model {score:.6f} {word}"
            )


def last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "it says nothing")


def first_line(text: str) -> str:
    return next((line for line in text.splitlines() if line.strip()), "nothing")
