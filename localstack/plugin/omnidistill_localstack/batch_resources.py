"""The CloudFormation types AWS::Batch::ComputeEnvironment, JobQueue and JobDefinition."""

from localstack.services.cloudformation.resource_provider import (
    CloudFormationResourceProviderPlugin,
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
)

from .batch_api import call

# Their keys are a person's, not the API's.
USER_KEYED = {"Parameters", "Tags", "Options"}


def _lower_first(text: str) -> str:
    return text[0].lower() + text[1:]


def _to_api(value):
    """CloudFormation's spelling (`JobQueueName`) as the API's (`jobQueueName`)."""
    if isinstance(value, list):
        return [_to_api(item) for item in value]
    if isinstance(value, dict):
        return {_lower_first(key): item if key in USER_KEYED else _to_api(item) for key, item in value.items()}
    return value


def _plugin(kind: str, create: str, update: str | None, delete: str):
    """A type whose resources are made and deleted by one call each; without `update`, a change makes a new one."""
    cfn_type, name, arn, api_kind = f"AWS::Batch::{kind}", f"{kind}Name", f"{kind}Arn", _lower_first(kind)

    class Provider(ResourceProvider):
        TYPE = cfn_type
        SCHEMA = {
            "typeName": cfn_type,
            "primaryIdentifier": [f"/properties/{arn}"],
            "properties": {},
            "readOnlyProperties": [f"/properties/{arn}"],
        }

        def create(self, request):
            model = request.desired_state
            model[name] = model.get(name) or f"{request.stack_name}-{request.logical_resource_id}"
            model[arn] = call(create, _to_api({key: value for key, value in model.items() if key != arn}))[_lower_first(arn)]
            return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)

        def update(self, request):
            if update is None:
                return self.create(request)
            model = {**request.previous_state, **request.desired_state}
            call(update, {**_to_api(request.desired_state), api_kind: model[arn]})
            return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)

        def delete(self, request):
            call(delete, {api_kind: request.desired_state[arn]})
            return ProgressEvent(status=OperationStatus.SUCCESS, resource_model={})

    class ProviderPlugin(CloudFormationResourceProviderPlugin):
        def load(self):
            self.factory = Provider

    ProviderPlugin.name = cfn_type
    return ProviderPlugin


ComputeEnvironmentPlugin = _plugin(
    "ComputeEnvironment", "createcomputeenvironment", "updatecomputeenvironment", "deletecomputeenvironment"
)
JobQueuePlugin = _plugin("JobQueue", "createjobqueue", "updatejobqueue", "deletejobqueue")
# A registration is a new revision.
JobDefinitionPlugin = _plugin("JobDefinition", "registerjobdefinition", None, "deregisterjobdefinition")
