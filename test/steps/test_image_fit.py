"""Step code fits the images that it runs in, which are older than the tests' own Python and libraries."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from image_fit import STEPS, closure, images, problems

XGBOOST = "sagemaker-xgboost:3.0-5"
SCIKIT_LEARN = "sagemaker-scikit-learn:1.4-2-py312-cpu-py3"
PROGRAMS = json.loads((Path(__file__).parent / "step_images.json").read_text())
"""Which program runs in which image, as the templates have it: test/pipelines/step-images.test.ts compares."""


@pytest.mark.parametrize(
    ("image", "program"), [(image, program) for image, programs in PROGRAMS.items() for program in programs]
)
def test_each_program_fits_its_image(image: str, program: str) -> None:
    files = closure(STEPS / program)
    assert len(files) > 1
    assert [problem for path in files for problem in problems(path, images()[image])] == []


@pytest.mark.parametrize(
    ("image", "line", "found"),
    [
        (XGBOOST, "import tomllib", "tomllib is not in Python 3.10"),
        (XGBOOST, "from datetime import UTC", "datetime.UTC is not in Python 3.10"),
        (XGBOOST, "import datetime\nprint(datetime.UTC)", "datetime.UTC is not in Python 3.10"),
        (XGBOOST, "from typing import Self", "typing.Self is not in Python 3.10"),
        (
            XGBOOST,
            "try:\n    pass\nexcept* ValueError:\n    pass",
            "Exception groups are only supported in Python 3.11",
        ),
        (XGBOOST, "import pandas as pd\nprint(pd.col('carrier'))", "pandas.col does not exist in pandas 2.2.3"),
        (XGBOOST, "import torch", "has no torch"),
        (SCIKIT_LEARN, "import distutils", "distutils is not in Python 3.12"),
        (SCIKIT_LEARN, "import xgboost", "has no xgboost"),
        (SCIKIT_LEARN, "from sklearn.metrics import d2_log_loss_score", "came after scikit-learn 1.4.2"),
        (
            SCIKIT_LEARN,
            "from sklearn import metrics\nmetrics.d2_log_loss_score([0], [1])",
            "came after scikit-learn 1.4.2",
        ),
        (
            SCIKIT_LEARN,
            "from sklearn.compose import ColumnTransformer\nColumnTransformer([], force_int_remainder_cols=False)",
            "ColumnTransformer(force_int_remainder_cols=) came after scikit-learn 1.4.2",
        ),
    ],
)
def test_what_an_image_lacks_is_refused(image: str, line: str, found: str, tmp_path: Path) -> None:
    path = tmp_path / "step.py"
    path.write_text(line + "\n")
    assert found in "; ".join(problems(path, images()[image]))


@pytest.mark.parametrize(
    ("image", "line"),
    [
        (SCIKIT_LEARN, "import tomllib\nfrom datetime import UTC"),
        (
            XGBOOST,
            "from sklearn.metrics import d2_log_loss_score\nimport xgboost\nprint(xgboost.callback.TrainingCallback)",
        ),
        (XGBOOST, "import os.path\nimport xml.etree.ElementTree as tree\nprint(os.path.join, tree.parse)"),
        (XGBOOST, "from collections import abc\nprint(abc)"),
    ],
)
def test_what_an_image_has_is_taken(image: str, line: str, tmp_path: Path) -> None:
    path = tmp_path / "step.py"
    path.write_text(line + "\n")
    assert problems(path, images()[image]) == []


def test_a_program_takes_its_own_modules_along(tmp_path: Path) -> None:
    (tmp_path / "workflow").mkdir()
    (tmp_path / "program.py").write_text("from workflow import one\n")
    (tmp_path / "workflow" / "__init__.py").write_text("")
    one = "from typing import TYPE_CHECKING\nfrom .two import three\nif TYPE_CHECKING:\n    from .four import five\n"
    (tmp_path / "workflow" / "one.py").write_text(one)
    (tmp_path / "workflow" / "two.py").write_text("import tomllib\nthree = tomllib\n")
    (tmp_path / "workflow" / "four.py").write_text("five = 5\n")
    files = closure(tmp_path / "program.py", tmp_path)
    assert [path.name for path in files] == ["program.py", "__init__.py", "one.py", "two.py"]
    assert [problem for path in files for problem in problems(path, images()[XGBOOST], tmp_path)] == [
        "two.py:1: tomllib is not in Python 3.10, which sagemaker-xgboost:3.0-5 has"
    ]


def test_a_newer_version_is_fit_or_its_obstacles_are_known() -> None:
    contents = json.loads((STEPS.parents[1] / "lib" / "training" / "image-contents.json").read_text())
    for image, programs in PROGRAMS.items():
        repository, tag = image.split(":")
        assert contents[repository][tag]["obstacles"] == [], "the chosen version is one that the step code runs in"
        for other in contents[repository].keys() - {tag}:
            files = {path for program in programs for path in closure(STEPS / program)}
            found = [problem for path in sorted(files) for problem in problems(path, images()[f"{repository}:{other}"])]
            assert found == [] or contents[repository][other]["obstacles"] != []
