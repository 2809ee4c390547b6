#!/bin/sh
# Installs a lock into .venv: tools/install.sh LOCK
# uv, itself locked, is several times faster; pip takes over where uv cannot reach what pip can (its own settings).
set -eu
cd "$(dirname "$0")/.."
lock="$1"
pip="env PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/python -m pip install --quiet --no-input --require-hashes"

if [ ! -x .venv/bin/uv ]; then
    only_uv="$(mktemp)"
    trap 'rm -f "$only_uv"' EXIT
    awk '/^[^ #]/ {keep = /^uv==/} keep' requirements/test.txt >"$only_uv"
    $pip -r "$only_uv" || true
fi
if [ -x .venv/bin/uv ] && .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r "$lock"; then
    exit 0
fi
echo "uv could not install $lock; pip does it, which takes longer" >&2
$pip -r "$lock"
