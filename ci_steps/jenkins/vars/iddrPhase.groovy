import groovy.transform.Field
/** What the last phase of each model left behind in this build, and who approved it; '' is the model that ran last. */
@Field Map states = [:]

/** Run one phase on the agent at hand and return the exit code: `iddrPhase('integration')`. */
def call(Map options = [:], String phase) {
    int code = 0
    def outputs = [:]
    boolean more = false
    try {
        iddrKit(options) {
            def plan = options.plan ?: iddrKit.plan()
            def planned = plan.stages.find { it.phase == phase }
            if (planned == null) { return echo("iddr: ${phase} does not run in a build for the event ${plan.event}") }
            def values = ["IDDR_PHASE=${phase}"] + handedOver(plan.model, planned)
            timeout(time: planned.minutes, unit: 'MINUTES') { code = iddrKit.command('run', values) }
            outputs = iddrKit.read('.iddr/outputs.json')
            if (code == 0) {
                stash(name: "iddr-${plan.model}", includes: '.iddr/**', useDefaultExcludes: false)
                states[''] = outputs + [model: plan.model, asks: plan.stages.find { it.approval } != null]
                states[plan.model] = states['']
            }
            more = code == 0 && options.plan && planned.phase != plan.stages[-1].phase
        }
    } finally {
        if (!more) { publish(options.workingDirectory ? "${options.workingDirectory}/" : '') }
    }
    iddrKit.conclude(code, phase, outputs.headline ?: '')
    code
}

/** What this build has of a model; without a name, of the one that ran last. */
Map state(String model) { states[model ?: ''] ?: [:] }

/** Bring what the phase before left behind, and say what it must be and who approved it. */
List handedOver(String model, Map planned) {
    def known = state(model)
    if (known.manifest) {
        dir('.iddr') { deleteDir() }
        unstash("iddr-${model}")
    }
    if (planned.approval && !known.approvedBy) { error("iddr ${planned.phase}: nobody approved; call iddrApprove() before") }
    ["IDDR_DIGEST=${known.manifest ?: ''}", "IDDR_APPROVED_BY=${known.approvedBy ?: ''}",
        "IDDR_APPROVED_DIGEST=${known.approvedBy ? known.manifest : ''}"]
}

/** Keep reports, logs and evidence; warnings and HTML where their plugin is installed: a missing step is an error to catch. */
void publish(String prefix) {
    def reports = "${prefix}.iddr/reports"
    junit(testResults: "${reports}/junit.xml", allowEmptyResults: true, skipMarkingBuildUnstable: true)
    archiveArtifacts(artifacts: "${reports}/**,${prefix}.iddr/logs/**,${prefix}.iddr/*.json", allowEmptyArchive: true)
    try {
        recordIssues(tool: sarif(pattern: "${reports}/report.sarif"), enabledForFailure: true)
    } catch (NoSuchMethodError absent) { echo('iddr: without the plugin warnings-ng, report.sarif is archived only') }
    try {
        publishHTML(target: [reportDir: reports, reportFiles: 'report.html', reportName: "iddr ${prefix}", keepAll: true,
            alwaysLinkToLastBuild: true, allowMissing: true])
    } catch (NoSuchMethodError absent) { echo('iddr: without the plugin htmlpublisher, report.html is archived only') }
}
