# Runs `iddr run` for one phase. Called by action.yml, which sets the variables.
# What a training prints goes to the log, where a line such as `::set-output name=...::` would be a command to the
# runner: from the first line to the last the runner is told to read none, but for those that iddr itself writes
# between two lines with the token. Both streams go through one pipe, so that their order is the runner's too.
set -uo pipefail

options=(--phase "$PHASE" --config "$CONFIG")
[[ -z $EVENT ]] || options+=(--event "$EVENT")
[[ $DRY_RUN != true ]] || options+=(--dry-run)
limit=()
! command -v timeout >/dev/null || limit=(timeout --signal=INT --kill-after=60 "${MINUTES}m")

token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
echo "::stop-commands::$token"
IDDR_COMMANDS_TOKEN=$token "${limit[@]}" iddr run "${options[@]}" 2>&1
status=$?
echo "::$token::"
exit "$status"
