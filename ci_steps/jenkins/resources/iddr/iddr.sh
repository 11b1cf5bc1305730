#!/bin/sh
# One command of the kit. What it works on comes through the environment, so that no value is ever read as a program.
#   IDDR_KIT      `installed`, a folder of wheels, or empty for the package index IDDR_INDEX
#   IDDR_INCLUDE  the version of the library, which the kit's must be
#   IDDR_HOME     where the kit is installed on this agent, outside the checkout
#   IDDR_INDEX_USER, IDDR_INDEX_PASSWORD: the login of the index, where credentials bind them
set -eu

fail() { # CODE WORDS
    echo "iddr: $2" >&2
    exit "$1"
}

# pip and uv read this file. It is removed when the phase ends.
write_login() {
    umask 077
    python3 - <<'PYTHON'
import os
from urllib.parse import urlsplit

user, password = os.environ["IDDR_INDEX_USER"], os.environ["IDDR_INDEX_PASSWORD"]
if any(c.isspace() or c in "\"'\\#" for c in user + password):
    raise SystemExit("iddr: the login of the index has a space, a quote, # or \\, which a .netrc file cannot hold")
host = urlsplit(os.environ["IDDR_INDEX"]).hostname
if not host:
    raise SystemExit("iddr: there is a login for the index, but no index: give the option index its URL")
with open(os.environ["NETRC"], "w", encoding="utf-8") as file:
    file.write(f"machine {host}\nlogin {user}\npassword {password}\n")
PYTHON
}

setup() {
    if [ "$IDDR_KIT" = installed ]; then
        command -v iddr >/dev/null && return 0
        fail 2 "iddr is not on PATH, and the option kit is 'installed': install iddr==$IDDR_INCLUDE in the agent's image"
    fi
    [ -z "${IDDR_INDEX_USER:-}" ] || write_login || exit 2
    [ "$("$IDDR_HOME/bin/iddr" --version 2>/dev/null)" != "$IDDR_INCLUDE" ] || return 0
    set -- --quiet --disable-pip-version-check
    if [ -n "$IDDR_KIT" ]; then
        set -- "$@" --no-index --find-links "$IDDR_KIT"
    elif [ -n "$IDDR_INDEX" ]; then
        set -- "$@" --index-url "$IDDR_INDEX"
    fi
    [ -x "$IDDR_HOME/bin/python" ] || python3 -m venv "$IDDR_HOME" || fail 2 "python3 -m venv does not work on this agent"
    "$IDDR_HOME/bin/python" -m pip install "$@" "iddr==$IDDR_INCLUDE" ||
        fail 4 "iddr==$IDDR_INCLUDE could not be installed; the options kit and index say from where"
}

[ "$IDDR_KIT" = installed ] || PATH="$IDDR_HOME/bin:$PATH"
# The model's own environment is made from the same place; the kit tells uv what pip's variables say.
[ -z "$IDDR_INDEX" ] || export PIP_INDEX_URL="$IDDR_INDEX"
case "$IDDR_KIT" in
installed | "") ;;
*) export PIP_FIND_LINKS="$IDDR_KIT${PIP_FIND_LINKS:+ $PIP_FIND_LINKS}" ;;
esac
netrc=$NETRC
[ -f "$NETRC" ] || [ -n "${IDDR_INDEX_USER:-}" ] || unset NETRC

case "$IDDR_CONFIG" in
*/*) fail 2 "config is the name of a file in the folder that workingDirectory names; found '$IDDR_CONFIG'" ;;
esac
case "$IDDR_COMMAND" in
setup) setup ;;
plan)
    set -- --config "$IDDR_CONFIG" --format stages
    [ -z "${IDDR_UNTIL:-}" ] || set -- "$@" --until "$IDDR_UNTIL"
    [ "${IDDR_DRY_RUN:-}" != true ] || set -- "$@" --dry-run
    mkdir -p .iddr
    iddr plan "$@" >.iddr/stages.json
    ;;
run)
    rm -f .iddr/outputs.json # what the phase before said is not what this one says
    [ -z "$IDDR_DIGEST" ] || iddr verify --config "$IDDR_CONFIG" --digest "$IDDR_DIGEST" || exit 5
    set -- --config "$IDDR_CONFIG" --phase "$IDDR_PHASE"
    [ "${IDDR_DRY_RUN:-}" != true ] || set -- "$@" --dry-run
    exec iddr run "$@"
    ;;
check)
    IFS='
'
    set -f
    exec iddr check "$IDDR_CODE" -- $IDDR_ARGUMENTS
    ;;
demo)
    iddr doctor || true
    rm -rf iddr-self-test
    exec iddr demo iddr-self-test
    ;;
refusal) # what was handed over is whole, and one changed file is noticed
    iddr verify --digest "$IDDR_DIGEST" || exit 5
    echo tampered >>.iddr/run.json
    ! iddr verify --digest "$IDDR_DIGEST" || fail 5 "a changed file was not noticed"
    ;;
forget) rm -f "$netrc" ;;
*) fail 2 "iddr.sh: unknown command: $IDDR_COMMAND" ;;
esac
