#!/usr/bin/env bash
# Gets what the loader in docs/label-bank.md, the lines of the cards and those who load a release need, where Python has it not: into .cache/python.
set -euo pipefail
cd "$(dirname "$0")/.."

python3 -c 'import datasets, duckdb, mlcroissant, numpy, onnxruntime, pandas, PIL, polars, safetensors, webdataset' 2>/dev/null && exit
python3 -m venv .cache/python
flags=(--quiet --disable-pip-version-check --no-input)
.cache/python/bin/python -m pip install "${flags[@]}" --requirement test/support/requirements.txt
