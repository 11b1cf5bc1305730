/** Finds the step of a name, reads its arguments as Jenkins does, and runs it. */
class Steps {
    /** The parameters of each step; the first is the one that may be given without its name. */
    static final Map PARAMETERS = [
        archiveArtifacts: ['artifacts', 'allowEmptyArchive', 'fingerprint', 'excludes', 'onlyIfSuccessful', 'defaultExcludes'],
        catchError: ['message', 'buildResult', 'stageResult', 'catchInterruptions'],
        checkout: ['scm', 'changelog', 'poll'], deleteDir: [], dir: ['path'], echo: ['message'], error: ['message'],
        fileExists: ['file'],
        input: ['message', 'id', 'ok', 'submitter', 'submitterParameter', 'parameters', 'cancel'],
        junit: ['testResults', 'allowEmptyResults', 'skipMarkingBuildUnstable', 'skipPublishingChecks', 'keepLongStdio',
            'checksName', 'healthScaleFactor'],
        library: ['identifier', 'retriever', 'changelog'], libraryResource: ['resource', 'encoding'],
        node: ['label'], parallel: null, pipeline: [], properties: ['properties'], publishHTML: ['target'], pwd: ['tmp'],
        readFile: ['file', 'encoding'],
        recordIssues: ['tools', 'tool', 'enabledForFailure', 'skipPublishingChecks', 'id', 'name', 'qualityGates'],
        retry: ['count', 'conditions'], script: [],
        sh: ['script', 'returnStdout', 'returnStatus', 'label', 'encoding'], sleep: ['time', 'unit'],
        stage: ['name', 'concurrency'], stash: ['name', 'includes', 'excludes', 'useDefaultExcludes', 'allowEmpty'],
        timeout: ['time', 'unit', 'activity'], timestamps: [], unstable: ['message'], unstash: ['name'],
        warnError: ['message', 'catchInterruptions'], withCredentials: ['bindings'], withEnv: ['overrides'],
        writeFile: ['file', 'text', 'encoding'],
    ]
    /** What only builds an argument of another step. */
    static final List SYMBOLS = ['booleanParam', 'buildDiscarder', 'choice', 'cron', 'disableConcurrentBuilds', 'file',
        'logRotator', 'modernSCM', 'parameters', 'pipelineTriggers', 'string', 'text', 'usernamePassword']
    /** What a controller has only with this plugin. */
    static final Map PLUGINS = [publishHTML: 'htmlpublisher', recordIssues: 'warnings-ng', sarif: 'warnings-ng',
        junit: 'junit', input: 'pipeline-input-step', withCredentials: 'credentials-binding']

    static Object run(String name, List given) {
        def variable = name in PARAMETERS || name in SYMBOLS ? null : Libraries.variable(name)
        if (variable != null) { return variable.invokeMethod('call', given as Object[]) }
        if (PLUGINS[name] != null && !(PLUGINS[name] in Build.current.request.plugins)) { missing(name) }
        if (name in SYMBOLS || name == 'sarif') { return symbol(name, given) }
        if (!PARAMETERS.containsKey(name)) { missing(name) }
        Guard.step(name)
        step(name, given)
    }

    private static void missing(String name) {
        throw new NoSuchMethodError("No such DSL method '${name}' found among steps ${PARAMETERS.keySet()}")
    }

    private static Map symbol(String name, List given) {
        def named = given && given[0] instanceof Map ? given[0] : given ? [value: given[0]] : [:]
        [symbol: name] + named
    }

    private static Object step(String name, List given) {
        def build = Build.current
        build.interruptWhenLate()
        def body = given && given[-1] instanceof Closure ? given[-1] : null
        def arguments = named(name, body == null ? given : given[0..<-1])
        build.event(event: 'step', step: name, arguments: shown(arguments))
        def holder = [FlowSteps, WorkspaceSteps, PublishingSteps].find { it.metaClass.respondsTo(it, name + 'Step') }
        body == null ? holder."${name}Step"(arguments) : holder."${name}Step"(arguments, body)
    }

    /** Arguments by name; a name that the step does not have is refused, as a controller does. */
    private static Map named(String name, List given) {
        def known = PARAMETERS[name]
        if (known == null) { return given[0] }
        if (!given) { return [:] }
        if (given.size() > 1) { throw new IllegalArgumentException("Expected named arguments but got ${given}: ${name}") }
        def whole = name in ['properties', 'withEnv', 'withCredentials', 'publishHTML'] || name == 'checkout' && !given[0]?.containsKey('scm')
        if (!(given[0] instanceof Map) || whole && !(given[0] instanceof Map && given[0].keySet().any { it in known })) {
            if (!known) { throw new IllegalArgumentException("${name} takes no arguments, got ${given}") }
            return [(known[0]): given[0]]
        }
        def strange = given[0].keySet().findAll { !(it in known) }
        if (strange) { throw new IllegalArgumentException("${name}: unknown parameter(s) ${strange}, expected ${known}") }
        given[0]
    }

    /** What an event says of arguments: plain data. */
    static Object shown(Object value) {
        if (value instanceof Map) { return value.collectEntries { k, v -> [(k.toString()): shown(v)] } }
        if (value instanceof Collection) { return value.collect { shown(it) } }
        value == null || value instanceof Boolean || value instanceof Number ? value : String.valueOf(value)
    }
}
