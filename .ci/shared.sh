# What the scripts of this folder share; they source it.
step() { printf '\n=== %s (after %d s)\n' "$1" "$SECONDS"; }

# debian COMMAND PACKAGE...: install the packages, unless the command is there. /usr/sbin is where servers are.
debian() {
    PATH=$PATH:/usr/sbin command -v "$1" >/dev/null && return
    command -v apt-get >/dev/null || { echo "$1 is missing, and there is no apt-get to install it."; return 1; }
    local as_root
    as_root=$([ "$(id -u)" = 0 ] || echo sudo)
    [ -n "${updated:-}" ] || $as_root apt-get update --quiet=2
    updated=1
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --no-install-recommends "${@:2}" >/dev/null
}

# Commands that need a database start the embedded one on this folder, or find it running. It stops after the last of them.
DATA=$(mktemp -d)
export DATA DEBUG=1
trap 'rm -rf "$DATA"' EXIT
