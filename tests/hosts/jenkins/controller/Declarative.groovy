import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

/** Runs `pipeline { ... }`: sections are read first, and one that declarative pipelines do not have is refused. */
class Declarative {
    static final Set TOP = ['agent', 'options', 'parameters', 'environment', 'stages', 'post', 'triggers', 'tools', 'libraries'] as Set
    static final Set STAGE = ['agent', 'options', 'environment', 'when', 'input', 'steps', 'stages', 'parallel', 'post', 'failFast'] as Set
    static final Set POST = ['always', 'changed', 'fixed', 'regression', 'aborted', 'failure', 'success', 'unstable',
        'unsuccessful', 'cleanup'] as Set

    static Object run(Closure body) {
        def build = Build.current
        def top = Sections.of(body, TOP, 'pipeline')
        for (needed in ['agent', 'stages']) {
            if (!top.has(needed)) { throw new StepFailed("Missing required section \"${needed}\"") }
        }
        for (each in top.symbols('parameters')) { build.params.putIfAbsent(each.name, each.defaultValue ?: (each.choices ? each.choices[0] : '')) }
        build.event(event: 'triggers', triggers: Steps.shown(top.symbols('triggers')))
        def options = top.symbols('options')
        limited(options) { onAgent(top.first('agent'), options) { within(top) { concluding(top) { stages(top.first('stages'), options) } } } }
    }

    /** `options { timeout(...) }` holds outside the agent. */
    private static Object limited(List options, Closure body) {
        def limit = options.find { it.symbol == 'timeout' }
        limit == null ? body.call() : FlowSteps.timeoutStep(limit, body)
    }

    private static Object onAgent(Object wanted, List options, Closure body) {
        if (wanted == null || wanted == 'none') { return body.call() }
        FlowSteps.nodeStep([label: labelOf(wanted)]) {
            def facts = options.any { it.symbol == 'skipDefaultCheckout' } ? [:] : WorkspaceSteps.checkoutStep([scm: Build.current.request.scm])
            Build.current.within(facts, body)
        }
    }

    private static String labelOf(Object wanted) {
        if (!(wanted instanceof Closure)) { return '' }
        def inner = Sections.of(wanted, ['label', 'node', 'docker'] as Set, 'agent')
        if (inner.has('docker')) { throw new StepFailed('agent { docker } needs an engine, which this controller does not drive') }
        inner.first('label') ?: labelOf(inner.first('node'))
    }

    private static Object within(Sections sections, Closure body) {
        def values = [:]
        for (each in sections.all('environment')) { values += Environment.of(each, values) }
        Build.current.within(values, body)
    }

    private static void stages(Closure body, List options) {
        for (each in Sections.of(body, ['stage'] as Set, 'stages').all('stage')) {
            if (options.any { it.symbol == 'skipStagesAfterUnstable' } && Build.current.result == 'UNSTABLE') { return }
            stage(each[0], each[1], options)
        }
    }

    private static void stage(Object name, Closure body, List inherited) {
        def sections = Sections.of(body, STAGE, "stage ${name}")
        def kinds = ['steps', 'stages', 'parallel'].findAll { sections.has(it) }
        if (kinds.size() != 1) { throw new StepFailed("stage ${name}: expected one of steps, stages or parallel, found ${kinds}") }
        def options = inherited + sections.symbols('options')
        FlowSteps.stageStep(name: name) {
            if (sections.has('when') && !Conditions.hold(sections.first('when'))) {
                Build.current.event(event: 'skipped')
                Build.current.line("Stage \"${name}\" skipped due to when conditional")
                return
            }
            limited(sections.symbols('options')) { asked(sections) { onAgent(sections.first('agent'), options) {
                within(sections) { concluding(sections) { content(sections, kinds[0], options) } } } } }
        }
    }

    private static void content(Sections sections, String kind, List options) {
        if (kind == 'steps') { Sections.perform(sections.first('steps')) } else { stages(sections.first(kind), options) }
    }

    /** `input` of a stage is asked before its agent is taken. */
    private static Object asked(Sections sections, Closure body) {
        if (!sections.has('input')) { return body.call() }
        def inner = Sections.of(sections.first('input'), ['message', 'id', 'ok', 'submitter', 'submitterParameter', 'parameters'] as Set, 'input')
        def given = inner.found.collectEntries { name, values -> [(name): values[0]] }
        def answer = FlowSteps.inputStep(given)
        Build.current.within(given.submitterParameter ? [(given.submitterParameter): answer as String] : [:], body)
    }

    private static void concluding(Sections sections, Closure body) {
        def fault = null
        try { body.call() } catch (Exception error) {
            fault = error
            Build.current.worsen(error instanceof FlowInterruptedException ? error.result : 'FAILURE')
        }
        for (each in sections.all('post')) { post(Sections.of(each, POST, 'post')) }
        if (fault != null) { throw fault }
    }

    private static void post(Sections sections) {
        def result = Build.current.result ?: 'SUCCESS'
        def holds = [always: true, changed: true, fixed: false, regression: result != 'SUCCESS', aborted: result == 'ABORTED', failure: result == 'FAILURE',
            success: result == 'SUCCESS', unstable: result == 'UNSTABLE', unsuccessful: result != 'SUCCESS', cleanup: true]
        for (condition in POST) {
            if (!sections.has(condition) || !holds[condition]) { continue }
            Build.current.event(event: 'post', condition: condition)
            Sections.perform(sections.first(condition))
        }
    }
}
