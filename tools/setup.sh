#!/bin/sh
# Makes .venv and fills it from the lock: tools/setup.sh PYTHON
set -eu
cd "$(dirname "$0")/.."
python="$1"

missing() {
    echo "make setup: $1 is missing. On Debian: apt-get install $2" >&2
    exit 1
}

command -v git >/dev/null 2>&1 || missing git git
[ -n "$python" ] || [ -x .venv/bin/python ] || missing "Python 3.11 or later" python3.11
if [ ! -x .venv/bin/python ]; then
    package="$("$python" -c 'import sys; print("python{}.{}-venv".format(*sys.version_info))')"
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 || missing "the venv module" "$package"
    "$python" -m venv .venv
fi
tools/install.sh requirements/test.txt
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps --no-build-isolation --editable .
