# Puts iddr on PATH and says where packages come from. Called by action.yml, which sets the variables; all of them
# are data here: nothing of them is ever part of a command.
set -euo pipefail

refuse() {
    echo "iddr: $1" >&2
    exit 2
}

# One line for the steps that follow; a value with a line of its own would set another variable.
for_later() { # NAME VALUE
    [[ $2 != *$'\n'* && $2 != *$'\r'* ]] || refuse "$1 has a line break; expected one line"
    printf '%s=%s\n' "$1" "$2" >>"$GITHUB_ENV"
}

# pip, uv and the kit itself read a netrc file, so that no password stands in a command or an address.
write_netrc() {
    local host=${INDEX_URL#*://} file=$RUNNER_TEMP/iddr-netrc
    host=${host%%/*}
    [[ $INDEX_USERNAME$INDEX_PASSWORD != *[$' \t\r\n']* ]] || refuse "the index's name or password has a blank in it"
    (umask 077 && printf 'machine %s login %s password %s\n' "${host%%:*}" "$INDEX_USERNAME" "$INDEX_PASSWORD" >"$file")
    export NETRC=$file
    for_later NETRC "$file"
}

use_index() {
    [[ $INDEX_URL =~ ^https?://[^[:space:]@]+$ ]] ||
        refuse "index-url ${INDEX_URL%%@*}: expected http(s)://host/path, without a name or password in it"
    export PIP_INDEX_URL=$INDEX_URL UV_DEFAULT_INDEX=$INDEX_URL
    for_later PIP_INDEX_URL "$INDEX_URL"
    for_later UV_DEFAULT_INDEX "$INDEX_URL"
    [[ -z $INDEX_PASSWORD ]] || write_netrc
}

# uv installs in seconds what takes pip a minute; it is one of the kit's own dependencies.
make_environment() { # WHAT OPTION...
    local what=$1 folder=$RUNNER_TEMP/iddr-kit
    shift
    python -m venv "$folder"
    local programs=$folder/bin
    [[ -d $programs ]] || programs=$folder/Scripts
    "$programs/python" -m pip install --quiet --disable-pip-version-check "$@" uv
    "$programs/uv" pip install --quiet --python "$programs/python" "$@" "$what"
    printf '%s\n' "$programs" >>"$GITHUB_PATH"
    export PATH=$programs:$PATH
}

[[ -z $INDEX_URL ]] || use_index
# A runner of the team that keeps this folder in place says where; else it travels by the cache of GitHub.
for_later IDDR_CACHE "${IDDR_CACHE:-$RUNNER_TEMP/iddr-cache}"
case $KIT in
"") make_environment "$GITHUB_ACTION_PATH/../../.." ;;
index) make_environment "iddr==$IDDR_INCLUDE" ;;
installed) command -v iddr >/dev/null || refuse 'kit is "installed", but iddr is not on PATH in this image' ;;
*)
    [[ -d $KIT ]] || refuse "kit: there is no folder of wheels at $KIT"
    make_environment "iddr==$IDDR_INCLUDE" --no-index --find-links "$KIT"
    ;;
esac
iddr --version
