"""Does step code fit the Python and the libraries of an image?

The contents of the images are in lib/training/image-contents.json. Syntax is checked with that version's grammar, the
standard library with mypy's stubs (they say since which Python a name exists), and other libraries with the installed
ones: what they lack, and what their documentation marks as newer than in the image. mypy checks methods of objects: its
configuration names the oldest Python of the images.
"""

# AWS: sagemaker-containers/images-have-libraries-of-their-own

from __future__ import annotations

import ast
import importlib
import importlib.metadata
import importlib.util
import inspect
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import mypy

ROOT = Path(__file__).resolve().parents[2]
STEPS = ROOT / "pipelines" / "steps"
STUBS = Path(mypy.__file__).parent / "typeshed" / "stdlib"
DISTRIBUTIONS = {
    "sklearn": "scikit-learn",
    "sagemaker_containers": "sagemaker-containers",
    "sagemaker_inference": "sagemaker-inference",
}
Version = tuple[int, ...]


@dataclass(frozen=True)
class Image:
    name: str
    python: Version
    libraries: dict[str, str]


def version_of(text: str) -> Version:
    return tuple(int(number) for number in re.findall(r"\d+", text)[:3])


def images() -> dict[str, Image]:
    contents = json.loads((ROOT / "lib" / "training" / "image-contents.json").read_text())
    return {
        f"{repository}:{tag}": Image(f"{repository}:{tag}", version_of(image["python"]), image["libraries"])
        for repository, tags in contents.items()
        for tag, image in tags.items()
    }


def closure(entry: Path, root: Path = STEPS) -> list[Path]:
    """The program and every file of ours that it imports as it starts.

    What is imported within a function is not for every program: it is checked with those that import it as they start.
    """
    found: list[Path] = []
    waiting = [entry]
    while waiting:
        path = waiting.pop()
        if path in found or not path.is_file():
            continue
        found.append(path)
        for node in at_start(ast.parse(path.read_text()).body):
            for name in imported(node):
                base = path.parent if isinstance(node, ast.ImportFrom) and node.level else root
                waiting.extend(
                    [base.joinpath(*name.split(".")).with_suffix(".py"), base.joinpath(*name.split("."), "__init__.py")]
                )
    return sorted(found)


def at_start(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        yield node
        if isinstance(node, ast.Try):
            yield from at_start(
                [*node.body, *(one for handler in node.handlers for one in handler.body), *node.orelse, *node.finalbody]
            )
        elif isinstance(node, ast.If) and ast.unparse(node.test) != "TYPE_CHECKING":
            yield from at_start([*node.body, *node.orelse])


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        return [*([module] if module else []), *(f"{module}.{alias.name}".lstrip(".") for alias in node.names)]
    return []


def problems(path: Path, image: Image, root: Path = STEPS) -> list[str]:
    source = path.read_text()
    try:
        tree = ast.parse(source, feature_version=(image.python[0], image.python[1]))
    except SyntaxError as error:
        return [f"{path.name}:{error.lineno}: {error.msg}"]
    return [f"{path.name}:{line}: {text}" for line, text in Names(tree, image, root).problems()]


class Names:
    """Every use of a name that comes from a module."""

    def __init__(self, tree: ast.Module, image: Image, root: Path) -> None:
        self.tree = tree
        self.image = image
        self.root = root
        self.modules: dict[str, str] = {}
        """What a name in this file stands for, with its full path: `pd` -> `pandas`."""

    def problems(self) -> Iterator[tuple[int, str]]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self.modules[alias.asname or alias.name.split(".")[0]] = (
                        alias.name if alias.asname else alias.name.split(".")[0]
                    )
                    yield from self.check(node.lineno, alias.name)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                for alias in node.names:
                    self.modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                    yield from self.check(node.lineno, f"{node.module}.{alias.name}")
        inner = {id(node.value) for node in ast.walk(self.tree) if isinstance(node, ast.Attribute)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute) and id(node) not in inner and (path := self.path(node)):
                yield from self.check(node.lineno, path)
            if isinstance(node, ast.Call) and (path := self.path(node.func)):
                yield from self.check_keywords(node, path)

    def path(self, node: ast.AST) -> str | None:
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id not in self.modules:
            return None
        return ".".join([self.modules[node.id], *reversed(parts)])

    def ours(self, top: str) -> bool:
        return (self.root / top).is_dir() or (self.root / f"{top}.py").is_file()

    def check(self, line: int, path: str) -> Iterator[tuple[int, str]]:
        top = path.split(".")[0]
        if self.ours(top) or top == "__future__":
            return
        python = ".".join(map(str, self.image.python))
        if top in sys.stdlib_module_names or known_to_stubs(top):
            if not in_standard_library(path, self.image.python):
                yield line, f"{path} is not in Python {python}, which {self.image.name} has"
            return
        distribution = DISTRIBUTIONS.get(top, top)
        if distribution not in self.image.libraries:
            yield line, f"{self.image.name} has no {distribution}"
            return
        if importlib.util.find_spec(top) is None:  # in the image and not here: nothing to look into
            return
        target = resolve(path)
        if target is MISSING:
            yield (
                line,
                f"{path} does not exist in {distribution} {importlib.metadata.version(installed_as(distribution))}",
            )
        elif newer(added_in(target), self.image.libraries[distribution]):
            yield (
                line,
                f"{path} came after {distribution} {self.image.libraries[distribution]}, which {self.image.name} has",
            )

    def check_keywords(self, call: ast.Call, path: str) -> Iterator[tuple[int, str]]:
        distribution = DISTRIBUTIONS.get(path.split(".")[0], path.split(".")[0])
        has = self.image.libraries.get(distribution)
        if has is None or importlib.util.find_spec(path.split(".")[0]) is None or (target := resolve(path)) is MISSING:
            return
        for keyword in call.keywords:
            if keyword.arg and newer(parameter_added_in(target, keyword.arg), has):
                yield (
                    call.lineno,
                    f"{path}({keyword.arg}=) came after {distribution} {has}, which {self.image.name} has",
                )


MISSING = object()


def installed_as(distribution: str) -> str:
    return "xgboost-cpu" if distribution == "xgboost" else distribution


@cache
def resolve(path: str) -> Any:
    """The object of a dotted path, by what is installed here."""
    parts = path.split(".")
    found: Any = importlib.import_module(parts[0])
    for at, part in enumerate(parts[1:], 2):
        if isinstance(found, ModuleType) and not hasattr(found, part):
            try:
                found = importlib.import_module(".".join(parts[:at]))
                continue
            except ImportError:
                return MISSING
        found = getattr(found, part, MISSING)
        if found is MISSING:
            return MISSING
    return found


MARK = r"\.\.\s+versionadded::\s*v?(\d+(?:\.\d+)*)"


def added_in(target: Any) -> str | None:
    """What the documentation says of the whole, before it comes to parameters."""
    if isinstance(target, ModuleType) or not callable(target):
        return None
    beginning = re.split(r"\n\s*Parameters\s*\n\s*-{3,}", inspect.getdoc(target) or "")[0]
    match = re.search(MARK, beginning)
    return match.group(1) if match else None


def parameter_added_in(target: Any, name: str) -> str | None:
    match = re.search(
        rf"^{re.escape(name)} :.*\n((?:[ \t]+.*\n|\n)*)", (inspect.getdoc(target) or "") + "\n", re.MULTILINE
    )
    mark = match and re.search(MARK, match.group(1))
    return mark.group(1) if mark else None


def newer(added: str | None, has: str) -> bool:
    return added is not None and version_of(added) > version_of(has)


@lru_cache(maxsize=1)
def standard_modules() -> dict[str, tuple[Version, Version]]:
    """First and last Python of each module: `tomllib: 3.11-`, `distutils: 3.0-3.11`."""
    lines = [line.split("#")[0].strip() for line in (STUBS / "VERSIONS").read_text().splitlines()]
    pairs = [line.split(":") for line in lines if ":" in line]
    spans = {name.strip(): span.strip().split("-") for name, span in pairs}
    return {name: (version_of(first), version_of(last) or (99,)) for name, (first, last) in spans.items()}


def known_to_stubs(top: str) -> bool:
    return top in standard_modules()


def in_standard_library(path: str, python: Version) -> bool:
    parts = path.split(".")
    for at in range(len(parts), 0, -1):
        module = ".".join(parts[:at])
        first, last = standard_modules().get(module, ((0,), (99,)))
        if not first <= python <= last:
            return False
        names = names_of(module, python)
        if names is not None:
            first, last = standard_modules().get(parts[0], ((0,), (99,)))
            known = at == len(parts) or parts[at] in names or names_of(".".join(parts[: at + 1]), python) is not None
            return known and first <= python <= last
    return True


@cache
def names_of(module: str, python: Version) -> frozenset[str] | None:
    """The names that a module's stub defines for this Python; None where there is no such module."""
    base = STUBS.joinpath(*module.split("."))
    path = next((one for one in (base / "__init__.pyi", base.with_suffix(".pyi")) if one.is_file()), None)
    return None if path is None else frozenset(defined(ast.parse(path.read_text()).body, module, python))


def defined(body: list[ast.stmt], module: str, python: Version) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.If):
            holds = compares(node.test, python)
            yield from defined([] if holds is False else node.body, module, python)
            yield from defined([] if holds is True else node.orelse, module, python)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
        elif isinstance(node, ast.Import):
            yield from (alias.asname or alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.name == "*":
                    yield from names_of(absolute(node, module), python) or ()
                else:
                    yield alias.asname or alias.name


def absolute(node: ast.ImportFrom, module: str) -> str:
    if not node.level:
        return node.module or ""
    parents = (
        module.split(".") if (STUBS.joinpath(*module.split(".")) / "__init__.pyi").is_file() else module.split(".")[:-1]
    )
    return ".".join([*parents[: len(parents) - node.level + 1], *([node.module] if node.module else [])])


def compares(test: ast.expr, python: Version) -> bool | None:
    """`sys.version_info >= (3, 11)`; None for another condition, where both sides may hold."""
    if (
        not isinstance(test, ast.Compare)
        or ast.unparse(test.left) != "sys.version_info"
        or not isinstance(test.comparators[0], ast.Tuple)
    ):
        return None
    limit = ast.literal_eval(test.comparators[0])
    return python >= limit if isinstance(test.ops[0], ast.GtE) else python < limit
