#!/usr/bin/env bash
# Holds the synthesised template of five variants of the settings against AWS's own schemas, by cfn-lint. `install` gets it from
# PyPI into .cache/template-checks. What is accepted stands with its reason in .ci/cfnlintrc.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=.cache/template-checks
if [ "${1-}" = install ]; then
  python3 -m venv "$tools"
  exec "$tools/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --requirement .ci/template-checks.txt
fi

key=arn:aws:kms:eu-west-1:123456789012:key/abc-123
image=123456789012.dkr.ecr.eu-west-1.amazonaws.com/worker:1
variants=(
  '{}'
  "{\"inputBuckets\":[\"faces-of-others\"],\"inputKeyArns\":[\"$key\"]}"
  "{\"isolated\":true,\"imageUri\":\"$image\"}"
  '{"flowLogs":false,"dashboard":false}'
  "{\"alarmEmail\":\"me@example.org\",\"alarmKeyArn\":\"$key\",\"budgetUsd\":50}"
)
npm run -s build
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for i in "${!variants[@]}"; do
  echo "== ${variants[$i]}"
  # As the CDK command line passes settings on.
  CDK_OUTDIR="$out/$i" CDK_CONTEXT_JSON="{\"omnidistill\":${variants[$i]}}" node dist/infra/app.mjs
  "$tools/bin/cfn-lint" --config-file .ci/cfnlintrc --regions us-east-1 eu-west-1 --template "$out/$i/Omnidistill.template.json"
done
