# Runs `iddr run` for one phase. Called by action.yml, which sets the variables.
# What a training prints goes to the log, where a line such as `::set-output name=...::` would be a command to the
# runner: from the first line to the last the runner is told to read none, but for those that iddr itself writes
# between two lines with the token. Both streams go through one pipe, so that their order is the runner's too.
set -uo pipefail

# Sets what the repository's secret says for this phase alone, and has the runner hide each value in its logs.
set_secrets() {
    local name value
    while IFS='=' read -r name value; do
        [[ -n $name ]] || continue
        if [[ ! $name =~ ^[A-Za-z_][A-Za-z0-9_]*$ || -z $value ]]; then
            echo "iddr: model-secrets: a line is not NAME=VALUE" >&2
            exit 2
        fi
        value=${value%$'\r'}
        echo "::add-mask::${value//%/%25}"
        export "$name=$value"
    done <<<"$SECRETS"
    unset SECRETS
}

options=(--phase "$PHASE" --config "$CONFIG")
[[ -z $EVENT ]] || options+=(--event "$EVENT")
[[ $DRY_RUN != true ]] || options+=(--dry-run)
limit=()
! command -v timeout >/dev/null || limit=(timeout --signal=INT --kill-after=60 "${MINUTES}m")

set_secrets
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
echo "::stop-commands::$token"
IDDR_COMMANDS_TOKEN=$token ${limit[@]+"${limit[@]}"} iddr run "${options[@]}" 2>&1 | cat
status=${PIPESTATUS[0]}
echo "::$token::"
exit "$status"
