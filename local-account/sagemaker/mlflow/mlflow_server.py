"""MLflow's own tracking server for one MLflow App, in one process. It ends when its standard input does."""

import os
import sys
import threading


def end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def main(database: str, artifacts: str) -> None:
    threading.Thread(target=end_with_parent, daemon=True).start()
    from mlflow.server import ARTIFACT_ROOT_ENV_VAR, BACKEND_STORE_URI_ENV_VAR, app, handlers
    from waitress import create_server

    os.environ[BACKEND_STORE_URI_ENV_VAR] = database
    os.environ[ARTIFACT_ROOT_ENV_VAR] = artifacts
    handlers._get_tracking_store(database, artifacts)  # makes the tables
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    print(f"listening {server.effective_port}", flush=True)
    server.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
