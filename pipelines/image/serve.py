"""SageMaker's serving contract with nothing but the standard library: GET /ping and POST /invocations on port 8080.

The model's archive is unpacked at /opt/ml/model before the container starts; the package in its code folder answers, as in AWS's image. There its
`inference.py` wraps the replies for AWS's toolkit, which is not here (developer guide, "Use Your Own Inference Code with Hosting Services").
"""

from __future__ import annotations

import importlib
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "/opt/ml/model"
PORT = 8080


def handler(program: Any, model: Any) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            # The server listens only once the model is loaded: whoever is answered may send requests.
            self.answer(200 if self.path == "/ping" else 404, b"", "text/plain")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path != "/invocations":
                self.answer(404, b"", "text/plain")
                return
            kind, accept = self.headers.get("Content-Type") or "text/csv", self.headers.get("Accept") or "*/*"
            status, text, kind = program.reply(model, body, kind, accept)
            self.answer(status, text.encode(), kind)

        def answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response_only(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass  # requests are no log lines

    return Handler


def main(folder: str = MODEL, port: int = PORT) -> None:
    sys.path.insert(0, f"{folder}/code")
    program = importlib.import_module("workflow.serving")
    server = ThreadingHTTPServer(("", port), handler(program, program.model_fn(folder)))
    server.serve_forever()


if __name__ == "__main__":
    main()
