"""What a model archive must not hold. Each is refused before anything of it is written, loaded or run."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import pickle
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import xgboost
from workflow import artifact
from workflow.artifact import ArtifactRefused, unpack
from workflow.model import Model

Entry = tuple[tarfile.TarInfo, bytes]

GOOD = {
    "model.ubj": b"{L...",
    "features.json": json.dumps({"framework": {"name": "xgboost", "version": xgboost.__version__}}).encode(),
    "code/inference.py": b"",
    "code/workflow/model.py": b"",
    "code/workflow/problem.json": b"{}",
}


def entry(name: str, content: bytes = b"", kind: bytes = tarfile.REGTYPE, link: str = "", mode: int = 0o644) -> Entry:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode, info.size = kind, link, mode, len(content)
    return info, content


def pack(path: Path, *more: Entry, leave_out: str = "", instead: dict[str, bytes] | None = None) -> Path:
    files = {**GOOD, **(instead or {})}
    with tarfile.open(path, "w:gz") as tar:
        for info, content in [*(entry(name, content) for name, content in files.items() if name != leave_out), *more]:
            tar.addfile(info, io.BytesIO(content))
    return path


def refused(path: Path, message: str) -> None:
    target = path.parent / "to"
    with pytest.raises(ArtifactRefused, match=message):
        unpack(path, target)
    assert not target.exists(), "something was written before the refusal"


def test_what_training_makes_is_unpacked_file_by_file(tmp_path: Path) -> None:
    path = pack(tmp_path / "model.tar.gz", entry("./code/workflow/", kind=tarfile.DIRTYPE, mode=0o755))
    found = unpack(path, tmp_path / "to")
    assert set(found.files) == set(GOOD)
    assert found.sha256 == artifact.digest(path)
    assert (tmp_path / "to" / "code" / "workflow" / "problem.json").read_bytes() == b"{}"


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        pytest.param(entry("../outside.json", b"{}"), "leads out", id="a name that leads out of the folder"),
        pytest.param(entry("code/../../outside.json", b"{}"), "leads out", id="a name that leads out by a detour"),
        pytest.param(entry("/etc/absolute.json", b"{}"), "absolute name", id="an absolute name"),
        pytest.param(
            entry("code/link.py", kind=tarfile.SYMTYPE, link="/etc/passwd"), "is a link", id="a symbolic link out"
        ),
        pytest.param(
            entry("code/link.py", kind=tarfile.SYMTYPE, link="inference.py"),
            "is a link",
            id="a symbolic link that stays inside",
        ),
        pytest.param(
            entry("code/link.py", kind=tarfile.LNKTYPE, link="../../etc/passwd"), "is a link", id="a hard link out"
        ),
        pytest.param(entry("code/null.py", kind=tarfile.CHRTYPE), "neither a plain file", id="a character device"),
        pytest.param(entry("code/disk.py", kind=tarfile.BLKTYPE), "neither a plain file", id="a block device"),
        pytest.param(entry("code/pipe.py", kind=tarfile.FIFOTYPE), "neither a plain file", id="a named pipe"),
        pytest.param(entry("code/run.py", mode=0o4755), "setuid", id="a setuid bit"),
        pytest.param(entry("code", kind=tarfile.DIRTYPE, mode=0o2755), "setuid, setgid", id="a setgid bit on a folder"),
        pytest.param(entry("code/inference.py"), "twice", id="the same name twice"),
        pytest.param(entry("./code/inference.py"), "twice", id="the same name twice, written in another way"),
        pytest.param(entry("code/Inference.py"), "twice", id="the same name but for its case"),
        pytest.param(entry("model.pkl", pickle.dumps(1)), "runs code when it is loaded", id="a pickle"),
        pytest.param(entry("model.joblib.gz", b"x"), "runs code when it is loaded", id="a joblib file"),
        pytest.param(entry("code/model.cloudpickle", b"x"), "runs code when it is loaded", id="a cloudpickle"),
        pytest.param(
            entry("other.ubj", pickle.dumps({})), "does not begin as", id="a pickle under the name of a model"
        ),
        pytest.param(
            entry("other.json", pickle.dumps({}, 0)),
            "does not begin as",
            id="a text pickle under the name of a document",
        ),
        pytest.param(entry("code/native.so", b"\x7fELF"), "not on the list", id="a shared library"),
        pytest.param(entry("run.py"), "not on the list", id="code beside the code folder"),
        pytest.param(entry("code/.hidden.py"), "not on the list", id="a hidden file"),
        pytest.param(entry("code/new\nline.py"), "not on the list", id="a control character in a name"),
    ],
)
def test_an_entry_that_no_model_has_is_refused(tmp_path: Path, bad: Entry, message: str) -> None:
    refused(pack(tmp_path / "model.tar.gz", bad), message)


LONG = "d" * 247


@pytest.mark.parametrize(
    "chain",
    [
        pytest.param(
            [
                entry(LONG, kind=tarfile.DIRTYPE, mode=0o755),
                entry("a", kind=tarfile.SYMTYPE, link=LONG),
                entry("a/b", kind=tarfile.SYMTYPE, link="../" * 16),
                entry("a/b/outside.json", b"{}"),
            ],
            id="so long that the resolved path is cut (CVE-2025-4517)",
        ),
        pytest.param(
            [
                entry("a", kind=tarfile.SYMTYPE, link="code/../../outside.json"),
                entry("b", kind=tarfile.LNKTYPE, link="a"),
            ],
            id="a hard link to a symbolic one (CVE-2025-4330)",
        ),
        pytest.param(
            [entry("code/a", kind=tarfile.SYMTYPE, link="."), entry("code/a/b", kind=tarfile.SYMTYPE, link="../..")],
            id="a link below a link (CVE-2025-4138)",
        ),
        pytest.param(
            [entry("code/a", kind=tarfile.DIRTYPE, mode=0o755), entry("code/a", kind=tarfile.SYMTYPE, link="/etc")],
            id="a folder that becomes a link",
        ),
    ],
)
def test_a_chain_of_links_around_the_filter_is_refused(tmp_path: Path, chain: list[Entry]) -> None:
    refused(pack(tmp_path / "model.tar.gz", *chain), "is a link")


@pytest.mark.parametrize(
    ("name", "message"), [("../outside.json", "leads out"), ("/etc/absolute.json", "absolute name")]
)
def test_a_name_in_an_extended_header_is_judged_like_any_other(tmp_path: Path, name: str, message: str) -> None:
    info, content = entry("harmless.json", b"{}")
    info.pax_headers = {"path": name}
    refused(pack(tmp_path / "model.tar.gz", (info, content)), message)


def test_a_sparse_file_is_refused(tmp_path: Path) -> None:
    refused(pack(tmp_path / "model.tar.gz", entry("hole.json", kind=tarfile.GNUTYPE_SPARSE)), "sparse")


def test_a_bomb_is_stopped_by_its_ratio_while_it_unpacks(tmp_path: Path) -> None:
    path = pack(tmp_path / "model.tar.gz", entry("bomb.json", b"{" + b" " * 64 * 1024 * 1024))
    refused(path, "unpacks to more than")


def test_a_bomb_is_stopped_by_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artifact, "MAXIMUM_BYTES", 100_000)
    refused(
        pack(tmp_path / "model.tar.gz", entry("large.json", b"{" + b" " * 200_000)), "unpacks to more than 100000 bytes"
    )


def test_a_bomb_in_an_extended_header_is_stopped_too(tmp_path: Path) -> None:
    header = entry("pax", b"9" * 64 * 1024 * 1024, kind=tarfile.XHDTYPE)
    refused(pack(tmp_path / "model.tar.gz", header), "unpacks to more than")


def test_more_entries_than_a_model_has_are_refused(tmp_path: Path) -> None:
    many = [entry(f"code/part{number}.py") for number in range(artifact.MAXIMUM_MEMBERS)]
    refused(pack(tmp_path / "model.tar.gz", *many), "more than 500 entries")


@pytest.mark.parametrize("name", ["model.ubj", "features.json", "code/inference.py"])
def test_an_archive_without_model_document_or_inference_code_is_refused(tmp_path: Path, name: str) -> None:
    refused(pack(tmp_path / "model.tar.gz", leave_out=name), f"lacks {name}")


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.tar.gz"
    path.write_bytes(b"PK\x03\x04 a zip")
    refused(path, "not a tar.gz archive")
    path.write_bytes(gzip.compress(b"no tar" * 1000))
    refused(path, "not a tar.gz archive")
    whole = pack(path).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    refused(path, "not a tar.gz archive")


@pytest.mark.parametrize(
    "framework",
    [
        {},
        {"name": "sklearn", "version": "1.4.2"},
        {"name": "xgboost", "version": "99.0.0"},
        {"name": "xgboost", "version": "latest"},
    ],
    ids=["none", "another framework", "a later version", "no version"],
)
def test_a_model_of_another_framework_or_a_later_version_is_refused_before_it_is_loaded(
    tmp_path: Path, framework: dict[str, str]
) -> None:
    (tmp_path / "model.ubj").write_bytes(b"never read")
    (tmp_path / "features.json").write_text(json.dumps({"framework": framework}))
    with pytest.raises(ArtifactRefused, match="this image has xgboost"):
        Model.load(tmp_path)


def test_the_evaluation_ends_before_a_refused_archive_can_be_registered(tmp_path: Path) -> None:
    """Like the job: the exit code is not 0, so the pipeline stops, and the quality gate has no report to read."""
    folder = tmp_path / "input" / "model"
    folder.mkdir(parents=True)
    pack(folder / "model.tar.gz", entry("model.pkl", pickle.dumps(1)))
    (tmp_path / "input" / "test").mkdir()
    steps = Path(__file__).resolve().parents[2] / "pipelines" / "steps"
    environment = {"WORKFLOW_PROCESSING_ROOT": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, str(steps), "evaluate"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "refused entry 'model.pkl'" in done.stderr
    assert not (tmp_path / "output").exists()


def words_of(path: Path) -> str:
    with pytest.raises(ArtifactRefused) as caught:
        unpack(path, path.parent / "to")
    return str(caught.value)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (entry("code/a.py", kind=tarfile.SYMTYPE, link="b.py"), "is a link; a model has none"),
        (
            entry("code/a.py", kind=tarfile.FIFOTYPE),
            "is neither a plain file nor a folder (a device, a pipe or a sparse file)",
        ),
        (entry("code/a.py", mode=0o4755), "has a setuid, setgid or sticky bit"),
        (entry("/etc/a.py"), "has an absolute name"),
        (entry("code/../../a.py"), "leads out of the archive's folder"),
        (
            entry("model.pkl"),
            "is of a format that runs code when it is loaded; save the model as UBJSON or JSON",
        ),
        (
            entry("notes.txt"),
            "is not on the list: the model (.ubj, .json), its documents (.json), and Python and JSON below code/",
        ),
        (entry("code/inference.py"), "is in the archive twice"),
        (
            entry("other.json", b"[]"),
            "is not what its name says: it does not begin as a JSON or UBJSON object",
        ),
        (
            entry("empty.json"),
            "is not what its name says: it does not begin as a JSON or UBJSON object",
        ),
    ],
)
def test_a_refusal_names_the_entry_and_says_why(tmp_path: Path, bad: Entry, words: str) -> None:
    assert words_of(pack(tmp_path / "model.tar.gz", bad)) == f"refused entry {bad[0].name!r}: it {words}"


def test_what_was_unpacked_is_reported_to_the_byte(tmp_path: Path) -> None:
    found = unpack(pack(tmp_path / "model.tar.gz"), tmp_path / "deep" / "to")
    assert found.unpacked_bytes == sum(len(content) for content in GOOD.values())


def test_as_many_entries_as_are_allowed_pass(tmp_path: Path) -> None:
    more = [entry(f"code/part{number}.py") for number in range(artifact.MAXIMUM_MEMBERS - len(GOOD))]
    assert len(unpack(pack(tmp_path / "model.tar.gz", *more), tmp_path / "to").files) == artifact.MAXIMUM_MEMBERS
    assert words_of(pack(tmp_path / "b.tar.gz", *more, entry("code/one_more.py"))) == (
        "the archive has more than 500 entries"
    )


def test_large_files_are_digested_and_unpacked_piece_by_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artifact, "PIECE", 7)
    content = b"{" + bytes(range(256)) * 3
    path = pack(tmp_path / "model.tar.gz", instead={"model.ubj": content})
    found = unpack(path, tmp_path / "to")
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (tmp_path / "to" / "model.ubj").read_bytes() == content
    assert found.unpacked_bytes == sum(len(one) for one in {**GOOD, "model.ubj": content}.values())


@pytest.mark.parametrize("size", [-1, 10, 11])
def test_a_decompressor_gives_what_its_limit_allows_and_not_a_byte_more(tmp_path: Path, size: int) -> None:
    packed = io.BytesIO(gzip.compress(b"0123456789"))
    assert artifact.Bounded(gzip.GzipFile(fileobj=packed), 10, "a").read(size) == b"0123456789"
    packed.seek(0)
    with pytest.raises(
        ArtifactRefused, match="a unpacks to more than 9 bytes: a model of this workflow is far smaller"
    ):
        artifact.Bounded(gzip.GzipFile(fileobj=packed), 9, "a").read(size)


def test_a_decompressor_reads_no_more_than_it_was_asked_for(tmp_path: Path) -> None:
    bounded = artifact.Bounded(gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(b"0123456789"))), 10, "a")
    assert [bounded.read(size) for size in (0, 1, 3, 100)] == [b"", b"0", b"123", b"456789"]
    unlimited = artifact.Bounded(gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(b"0123456789"))), 10, "a")
    assert unlimited.read() == b"0123456789"


@pytest.mark.parametrize(("size", "asked"), [(-1, 8), (3, 3), (100, 8)])
def test_never_more_than_the_limit_is_unpacked_at_once(size: int, asked: int) -> None:
    """A gzip bomb must not be in memory before it is refused."""
    wanted: list[int] = []

    class Source(gzip.GzipFile):
        def __init__(self) -> None:
            pass

        def read(self, size: int | None = -1) -> bytes:
            wanted.append(-1 if size is None else size)
            return b""

    artifact.Bounded(Source(), 7, "a").read(size)
    assert wanted == [asked]


@pytest.mark.parametrize("threshold", ["NaN", "-0.1", "1.1", "Infinity"])
def test_a_model_with_a_threshold_that_is_no_probability_is_refused(tmp_path: Path, threshold: str) -> None:
    """With NaN it would never flag a flight, and without a word."""
    framework = json.dumps({"name": "xgboost", "version": xgboost.__version__})
    (tmp_path / "model.ubj").write_bytes(b"never read")
    (tmp_path / "features.json").write_text(f'{{"framework": {framework}, "threshold": {threshold}}}')
    with pytest.raises(ArtifactRefused, match="which is no probability"):
        Model.load(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{"])
def test_an_empty_file_is_no_archive(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.tar.gz"
    path.write_bytes(content)
    with pytest.raises(ArtifactRefused):
        unpack(path, tmp_path / "to")
