"""The Batch API: every operation is forwarded to the project's Batch server."""

import json
import os
import urllib.error
import urllib.request

from localstack.aws.forwarder import AwsRequestProxy
from localstack.aws.skeleton import Skeleton
from localstack.aws.spec import load_service
from localstack.services.plugins import Service, aws_provider

SERVER = os.environ["OMNIDISTILL_BATCH_URL"]


@aws_provider()
def batch() -> Service:
    proxy = AwsRequestProxy(SERVER)
    model = load_service("batch")

    def forward(context, request):
        return proxy.forward(context, request)

    return Service(name="batch", skeleton=Skeleton(model, dict.fromkeys(model.operation_names, forward)))


def call(operation: str, body: dict) -> dict:
    """Calls the server beside the API, for CloudFormation. Raises RuntimeError with the server's words."""
    request = urllib.request.Request(
        f"{SERVER}/v1/{operation}", json.dumps(body).encode(), {"content-type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"{operation}: {json.load(error)['message']}") from error
