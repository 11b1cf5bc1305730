/** Take one model through the phases that this build's event asks for: `iddrPipeline(config: 'iddr.toml')`. */
def call(Map options = [:]) {
    def plan = null
    if (options.parameters != false) { properties(offered(options)) }
    stage('Plan') { iddrAgent(options, 'plan') { iddrKit(options) { plan = iddrKit.plan() } } }
    for (planned in plan.stages) {
        int code = 0
        if (planned.approval) { stage("Approve ${planned.title}") { iddrApprove(options + [model: plan.model]) } }
        stage(planned.title) {
            iddrAgent(options, planned.phase) { code = iddrPhase(options + [plan: plan], planned.phase) }
        }
        if (code != 0) { return }
    }
}

/** Parameters for the builds to come, and the schedule where it is the main branch that is built. */
List offered(Map options) {
    boolean main = env.BRANCH_IS_PRIMARY == 'true' || env.BRANCH_NAME in [null, 'main', 'master']
    [parameters([
        choice(name: 'IDDR_UNTIL', choices: ['', 'integration', 'delivery', 'deployment', 'release'],
            description: 'the last phase; empty: what the event asks for'),
        booleanParam(name: 'IDDR_DRY_RUN', defaultValue: false, description: 'judge everything, act on nothing outside'),
    ]), pipelineTriggers(options.schedule && main ? [cron(options.schedule)] : [])]
}
