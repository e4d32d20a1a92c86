"""SageMaker's serving contract with nothing but the standard library: GET /ping and POST /invocations on port 8080.

SageMaker unpacks the model archive at /opt/ml/model before the container starts. The package in its code folder makes
the predictions, as in AWS's image; there `inference.py` wraps the replies for AWS's toolkit, which this image lacks.
https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
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
            # The server listens only after the model is loaded, so a reply means that it accepts requests.
            self.respond(200 if self.path == "/ping" else 404, b"", "text/plain")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path != "/invocations":
                self.respond(404, b"", "text/plain")
                return
            kind, accept = self.headers.get("Content-Type") or "text/csv", self.headers.get("Accept") or "*/*"
            status, text, kind = program.reply(model, body, kind, accept)
            self.respond(status, text.encode(), kind)

        def respond(self, status: int, body: bytes, kind: str) -> None:
            self.send_response_only(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass  # do not log requests

    return Handler


def main(folder: str = MODEL, port: int = PORT) -> None:
    sys.path.insert(0, f"{folder}/code")
    program = importlib.import_module("workflow.serving")
    server = ThreadingHTTPServer(("", port), handler(program, program.model_fn(folder)))
    server.serve_forever()


if __name__ == "__main__":
    main()
