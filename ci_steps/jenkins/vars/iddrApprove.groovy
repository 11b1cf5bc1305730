/** Ask a person, outside any node, to agree to what the last phase left behind; the next phase records who did. */
def call(Map options = [:]) {
    def state = iddrPhase.state(options.model)
    if (!state.asks) { return echo('iddr: nothing in this build needs an approval') }
    timeout(time: options.approvalHours ?: 24, unit: 'HOURS') {
        state.approvedBy = input(id: "Iddr-${state.model}", ok: 'Approve', submitter: options.approvers,
            submitterParameter: 'IDDR_APPROVED_BY',
            message: "Release ${state.model}? manifest ${state.manifest}, image ${state.image ?: 'none'}")
    }
}
