#!/bin/sh
# Spark needs Java 17: installs it where that is allowed, else says what is left out. Never fails.
package=openjdk-17-jre-headless
if command -v java >/dev/null 2>&1 || [ -n "${JAVA_HOME:-}" ]; then
    exit 0
fi
install="apt-get install --yes --no-install-recommends $package"
if [ -z "${CI:-}" ] && command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" -eq 0 ]; then
        $install >/dev/null 2>&1 </dev/null && exit 0
    elif sudo -n true >/dev/null 2>&1; then
        sudo -n $install >/dev/null 2>&1 </dev/null && exit 0
    fi
fi
echo "Java is missing, so the Spark tests are left out. On Debian: apt-get install $package" >&2
