"""The model server of AWS's framework images in script mode: model_fn, then input_fn, predict_fn and output_fn for each request.

One process with a thread for each connection. Its port goes to file descriptor 3 when the model is loaded; it ends when standard
input ends, so that it never outlives the rehearsal.
"""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import sys
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

# Between the containers of an inference pipeline nobody says what is accepted (README of aws/sagemaker-inference-toolkit).
DEFAULT_ACCEPT = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", "application/json")
UTF8_TYPES = {"application/json", "text/csv"}


def load_program() -> ModuleType:
    folder, name = Path(os.environ["SAGEMAKER_SUBMIT_DIRECTORY"]), os.environ["SAGEMAKER_PROGRAM"]
    path = folder / name
    if not path.is_file():
        raise FileNotFoundError(f"SAGEMAKER_PROGRAM {name} is not in SAGEMAKER_SUBMIT_DIRECTORY {folder}")
    sys.path.insert(0, str(folder))
    spec = importlib.util.spec_from_file_location("user_module", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a Python module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Transformer:
    """The user's functions, put together as the inference toolkit does."""

    def __init__(self, program: ModuleType) -> None:
        for name in ("model_fn",):
            if not hasattr(program, name):
                raise AttributeError(f"the inference script defines no {name}")
        self.model = program.model_fn(os.environ["SM_MODEL_DIR"])
        self.transform_fn = getattr(program, "transform_fn", None)
        if self.transform_fn is None:
            missing = [name for name in ("input_fn", "predict_fn", "output_fn") if not hasattr(program, name)]
            if missing:
                raise AttributeError(f"the inference script defines no {', '.join(missing)} (and no transform_fn)")
            self.input_fn, self.predict_fn, self.output_fn = program.input_fn, program.predict_fn, program.output_fn

    def __call__(self, body: bytes, content_type: str, accept: str) -> tuple[bytes, str]:
        content: bytes | str = body
        if content_type in UTF8_TYPES:
            try:
                content = body.decode("utf-8")
            except UnicodeDecodeError:
                pass  # the script gets the bytes and can say what is wrong
        if self.transform_fn is not None:
            answer: Any = self.transform_fn(self.model, content, content_type, accept)
        else:
            answer = self.output_fn(self.predict_fn(self.input_fn(content, content_type), self.model), accept)
        result, kind = answer if isinstance(answer, tuple) else (answer, accept)
        return (result.encode() if isinstance(result, str) else bytes(result)), kind


def handler(transform: Transformer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one write for headers and body together

        def setup(self) -> None:
            super().setup()
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def do_GET(self) -> None:
            self.answer(200 if self.path == "/ping" else 404, b"", "text/plain")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path != "/invocations":
                self.answer(404, b"", "text/plain")
                return
            content_type = self.headers.get("Content-Type") or "application/json"
            accept = self.headers.get("Accept") or "*/*"
            try:
                result, kind = transform(body, content_type, DEFAULT_ACCEPT if accept == "*/*" else accept)
            except Exception as error:
                status = getattr(error, "status_code", 500)
                message = getattr(error, "message", None) or str(error)
                if status >= 500:
                    print(traceback.format_exc(), file=sys.stderr, flush=True)
                self.answer(status, json.dumps({"error": message}).encode(), "application/json")
                return
            self.answer(200, result, kind)

        def answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response_only(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:
            pass  # one line a request would drown what the script prints

    return Handler


def end_with_parent() -> None:
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


def main() -> int:
    threading.Thread(target=end_with_parent, daemon=True).start()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(Transformer(load_program())))
    server.daemon_threads = True
    print(f"Listening at: http://{server.server_address[0]}:{server.server_address[1]}", flush=True)
    os.write(3, f"{server.server_address[1]}\n".encode())
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
