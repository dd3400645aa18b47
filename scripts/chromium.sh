#!/usr/bin/env bash
# Gets a Chromium for the tests of the report on a machine that has none (Debian, root).
set -euo pipefail

for name in chromium chromium-browser google-chrome google-chrome-stable; do
  command -v "$name" >/dev/null && exit
done
[ "$(uname -s)" = Linux ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || {
  echo 'chromium: none is there, and one can be installed only by root on Debian' >&2
  exit 1
}
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends chromium >/dev/null
