#!/usr/bin/env bash
# Holds the synthesised template of five variants of the settings against AWS's own schemas (cfn-lint) and rules of good practice
# (checkov). `install` gets both from PyPI into .cache/template-checks; checkov has a hundred dependencies and may be left out.
# What is accepted stands with its reason in .ci/cfnlintrc and .ci/checkov.yaml.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=.cache/template-checks
if [ "${1-}" = install ]; then
  python3 -m venv "$tools"
  flags=(--quiet --disable-pip-version-check --no-input --constraint .ci/template-checks.txt)
  "$tools/bin/python" -m pip install "${flags[@]}" cfn-lint
  timeout 600 "$tools/bin/python" -m pip install "${flags[@]}" checkov || echo '== checkov was not installed: its rules are not tried'
  exit
fi

key=arn:aws:kms:eu-west-1:123456789012:key/abc-123
image=123456789012.dkr.ecr.eu-west-1.amazonaws.com/worker:1
variants=(
  '{}'
  "{\"inputBuckets\":[\"faces-of-others\",\"shared-bucket/team/faces\"],\"inputKeyArns\":[\"$key\"]}"
  "{\"isolated\":true,\"imageUri\":\"$image\"}"
  '{"flowLogs":false,"dashboard":false}'
  "{\"alarmEmail\":\"me@example.org\",\"alarmKeyArn\":\"$key\",\"budgetUsd\":50}"
)
npm run -s build
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for i in "${!variants[@]}"; do
  echo "== ${variants[$i]}"
  template="$out/$i/Omnidistill.template.json"
  # As the CDK command line passes settings on.
  CDK_OUTDIR="$out/$i" CDK_CONTEXT_JSON="{\"omnidistill\":${variants[$i]}}" node dist/infra/app.mjs
  "$tools/bin/cfn-lint" --config-file .ci/cfnlintrc --regions us-east-1 eu-west-1 --template "$template"
  if [ -x "$tools/bin/checkov" ]; then "$tools/bin/checkov" --config-file .ci/checkov.yaml --file "$template"; fi
done
