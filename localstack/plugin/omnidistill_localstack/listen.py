"""LocalStack listens on the address of GATEWAY_LISTEN alone. By itself it takes the port of that setting and listens on every
address of the machine, so anyone on the same network could run code on it."""

from functools import partial

from localstack.runtime import hooks


@hooks.on_runtime_create()
def listen_as_told():
    from localstack import config
    from localstack.runtime.server import twisted

    endpoints = twisted.endpoints
    endpoints.TCP4ServerEndpoint = partial(endpoints.TCP4ServerEndpoint, interface=config.GATEWAY_LISTEN[0].host)
