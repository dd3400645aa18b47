#!/usr/bin/env bash
# Gets NumPy and safetensors for the test of the loader in docs/label-bank.md, where Python has none: into .cache/python.
set -euo pipefail
cd "$(dirname "$0")/.."

python3 -c 'import numpy, safetensors' 2>/dev/null && exit
python3 -m venv .cache/python
flags=(--quiet --disable-pip-version-check --no-input)
.cache/python/bin/python -m pip install "${flags[@]}" --requirement test/support/requirements.txt
