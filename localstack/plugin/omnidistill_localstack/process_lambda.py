"""Lambda without Docker (LAMBDA_RUNTIME_EXECUTOR=process): each call is a Node process with the unpacked code."""

import json
import os
import signal
import subprocess
import tempfile
from pathlib import Path

from localstack import config
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin

RUNNER = Path(__file__).with_name("lambda-runner.mjs")
NODE = os.environ.get("OMNIDISTILL_NODE", "node")
HOST = "127.0.0.1"


def _timed_out(seconds: int) -> str:
    message = f"Task timed out after {seconds}.00 seconds"
    return json.dumps({"errorType": "Sandbox.Timedout", "errorMessage": message})


class ProcessExecutorPlugin(RuntimeExecutorPlugin):
    name = "process"

    def load(self, *args, **kwargs):
        # LocalStack imports these modules lazily; earlier, they import each other in a circle.
        from localstack.services.lambda_.invocation.lambda_models import InvocationResult
        from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

        class ProcessExecutor(RuntimeExecutor):
            def start(self, env_vars):
                self.environment = {name: str(value) for name, value in env_vars.items()}

            def stop(self):
                pass

            def get_address(self):
                return HOST

            def get_endpoint_from_executor(self):
                return HOST

            def get_runtime_endpoint(self):
                return f"http://{HOST}:{config.GATEWAY_LISTEN[0].port}"

            def get_logs(self):
                return ""

            @classmethod
            def prepare_version(cls, function_version):
                function_version.config.code.prepare_for_execution()

            @classmethod
            def cleanup_version(cls, function_version):
                pass

            def invoke(self, payload):
                seconds = self.function_version.config.timeout
                with tempfile.TemporaryDirectory(prefix="lambda-") as folder:
                    answer = Path(folder, "answer.json")
                    process = self._spawn(payload, answer)
                    try:
                        logs, _ = process.communicate(payload["payload"], timeout=seconds)
                        failed = process.returncode != 0
                        body = answer.read_text() if answer.exists() else self._died(process.returncode)
                    except subprocess.TimeoutExpired:
                        os.killpg(process.pid, signal.SIGKILL)
                        logs, _ = process.communicate()
                        failed, body = True, _timed_out(seconds)
                return InvocationResult(payload["invoke-id"], body.encode(), failed, logs)

            def _spawn(self, payload, answer):
                code = str(self.function_version.config.code.get_unzipped_code_location())
                about = {
                    "awsRequestId": payload["invoke-id"],
                    "invokedFunctionArn": payload["invoked-function-arn"],
                }
                environment = {
                    "PATH": os.environ["PATH"],
                    **self.environment,
                    "LAMBDA_TASK_ROOT": code,
                    "OMNIDISTILL_ANSWER": str(answer),
                    "OMNIDISTILL_CONTEXT": json.dumps(about),
                }
                return subprocess.Popen(
                    [NODE, str(RUNNER)],
                    env=environment,
                    cwd=code,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    start_new_session=True,
                )

            @staticmethod
            def _died(code):
                message = f"Runtime exited with error: exit status {code}"
                return json.dumps({"errorType": "Runtime.ExitError", "errorMessage": message})

        return ProcessExecutor
