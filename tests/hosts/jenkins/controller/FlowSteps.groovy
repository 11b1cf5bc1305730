import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

/** Steps that say what runs, where and for how long. */
class FlowSteps {
    static final Map MILLISECONDS = [MILLISECONDS: 1L, SECONDS: 1000L, MINUTES: 60000L, HOURS: 3600000L, DAYS: 86400000L]

    static Object scriptStep(Map given, Closure body) { body.call() }
    static Object timestampsStep(Map given, Closure body) { body.call() }
    static void echoStep(Map given) { Build.current.line(given.message) }
    static void errorStep(Map given) { throw new StepFailed(String.valueOf(given.message)) }
    static Object pipelineStep(Map given, Closure body) { Declarative.run(body) }

    static void unstableStep(Map given) {
        Build.current.line("WARNING: ${given.message}")
        Build.current.worsen('UNSTABLE')
    }

    static Object stageStep(Map given, Closure body) {
        def build = Build.current
        build.stagePath << String.valueOf(given.name)
        build.line("[Pipeline] stage (${given.name})")
        build.event(event: 'stage')
        try { return body.call() } finally {
            build.event(event: 'stage ended')
            build.stagePath.pop()
        }
    }

    /** Each agent has a workspace of its own; a node block inside another one gets a second workspace. */
    static Object nodeStep(Map given, Closure body) {
        def build = Build.current
        def wanted = String.valueOf(given.label ?: '').trim()
        def agent = build.request.agents.find { !wanted || wanted == it.name || wanted in it.labels }
        if (agent == null) { throw new StepFailed("no agent has the label '${wanted}': a controller would wait for ever") }
        def (before, outside) = [build.node, build.folder]
        def workspace = new File(build.home, "agents/${agent.name}/workspace/models_risk" + (before?.name == agent.name ? '@2' : ''))
        def temporary = new File(workspace.path + '@tmp')
        [workspace, temporary].each { it.mkdirs() }
        def facts = [NODE_NAME: agent.name, WORKSPACE: workspace.path, WORKSPACE_TMP: temporary.path, EXECUTOR_NUMBER: '0']
        build.node = [name: agent.name, workspace: workspace, temporary: temporary, environment: agent.env ?: [:]]
        build.line("Running on ${agent.name} in ${workspace}")
        try { return build.within(facts + (agent.env ?: [:])) { build.inFolder(workspace, body) } } finally {
            build.node = before
            build.folder = outside
        }
    }

    static Object timeoutStep(Map given, Closure body) {
        def due = System.currentTimeMillis() + (long) (given.time * MILLISECONDS[given.unit ?: 'MINUTES'] * Build.current.request.minute / 60)
        Build.current.deadlines << [due, 'Timeout has been exceeded']
        try { return body.call() } finally { Build.current.deadlines.pop() }
    }

    static void sleepStep(Map given) {
        Thread.sleep((long) (given.time * MILLISECONDS[given.unit ?: 'SECONDS']))
        Build.current.interruptWhenLate()
    }

    static Object retryStep(Map given, Closure body) {
        for (int left = given.count; ; left--) {
            try { return body.call() } catch (FlowInterruptedException stopped) { throw stopped } catch (Exception error) {
                if (left <= 1) { throw error }
                Build.current.line("ERROR: ${error.message}\nRetrying")
            }
        }
    }

    static Object catchErrorStep(Map given, Closure body) {
        try { return body.call() } catch (Exception error) {
            if (error instanceof FlowInterruptedException && given.catchInterruptions == false) { throw error }
            Build.current.line("ERROR: ${given.message ?: error.message}")
            Build.current.worsen(given.buildResult ?: (error instanceof FlowInterruptedException ? error.result : 'FAILURE'))
        }
    }

    static Object warnErrorStep(Map given, Closure body) { catchErrorStep(given + [buildResult: 'UNSTABLE'], body) }

    /** One branch after the other; all run, and the first fault is the one that is told. */
    static Map parallelStep(Map branches) {
        def (ended, fault) = [[:], null]
        for (branch in branches) {
            if (!(branch.value instanceof Closure)) { continue }
            Build.current.stagePath << String.valueOf(branch.key)
            try { ended[branch.key] = branch.value.call() } catch (Exception error) {
                fault = fault ?: error
                if (branches.failFast) { break }
            } finally { Build.current.stagePath.pop() }
        }
        if (fault != null) { throw fault }
        ended
    }

    /** Answered by the test: `answers` says for each id who agreed to it, or `abort`. */
    static Object inputStep(Map given) {
        def build = Build.current
        def id = String.valueOf(given.id ?: 'Proceed')
        build.event(event: 'input', id: id, message: String.valueOf(given.message), inside_node: build.node != null, submitter: given.submitter)
        def answer = build.request.answers[id]
        if (answer == null) {
            def due = build.deadline()
            if (due == null) { throw new Fault('input', "nobody answers ${id}, and it has no time-out") }
            throw new FlowInterruptedException('ABORTED', due[1])
        }
        if (answer.abort) { throw new FlowInterruptedException('ABORTED', "Rejected by ${answer.who}") }
        def allowed = given.submitter ? String.valueOf(given.submitter).split(',').collect { it.trim() } : null
        if (allowed != null && !(answer.who in allowed)) { throw new FlowInterruptedException('ABORTED', "${answer.who} may not answer ${id}") }
        build.line("Approved by ${answer.who}")
        def values = (given.parameters ?: []).collectEntries { [(it.name): (answer.values ?: [:])[it.name] ?: it.defaultValue] }
        if (given.submitterParameter) { values[given.submitterParameter] = answer.who }
        values.size() == 0 ? null : values.size() == 1 ? values.values()[0] : values
    }

    static void propertiesStep(Map given) { Build.current.event(event: 'properties', properties: Steps.shown(given.properties)) }

    static Object withEnvStep(Map given, Closure body) {
        def (build, values) = [Build.current, [:]]
        for (each in given.overrides) {
            def text = String.valueOf(each)
            int at = text.indexOf('=')
            if (at < 0) { throw new IllegalArgumentException("withEnv: '${text}' has no =") }
            def (name, value) = [text.substring(0, at), text.substring(at + 1)]
            if (name.contains('+')) {
                name = name.substring(0, name.indexOf('+'))
                def rest = values[name] ?: build.environment()[name] ?: System.getenv(name)
                value = rest ? value + ':' + rest : value
            }
            values[name] = value
        }
        build.within(values, body)
    }

    static Object withCredentialsStep(Map given, Closure body) {
        def (build, values, secrets) = [Build.current, [:], []]
        for (binding in given.bindings) {
            def kept = build.request.credentials[binding.credentialsId]
            if (kept == null) { throw new StepFailed("Could not find credentials entry with ID '${binding.credentialsId}'") }
            if (binding.symbol == 'usernamePassword') {
                values += [(binding.usernameVariable): kept.username, (binding.passwordVariable): kept.password]
                secrets += [kept.password]
            } else {
                values[binding.variable] = kept.secret
                secrets += [kept.secret]
            }
        }
        build.event(event: 'credentials', ids: given.bindings.collect { it.credentialsId })
        build.secrets.addAll(secrets)
        try { return build.within(values, body) } finally { secrets.each { build.secrets.remove((Object) it) } }
    }

    static Object libraryStep(Map given) {
        def (name, version) = Libraries.parts(given.identifier)
        if (given.retriever == null) { Libraries.configured(given.identifier) } else {
            def path = given.retriever.libraryPath ?: ''
            if (path.startsWith('/') || path.contains('..')) { throw new StepFailed("libraryPath ${path} leaves the repository") }
            Libraries.load(name, version, given.retriever.scm.remote, path)
        }
        Build.current.libraries[name]
    }

    static String libraryResourceStep(Map given) {
        def file = Libraries.file('resources', given.resource)
        if (file == null) { throw new StepFailed("No such library resource ${given.resource} could be found.") }
        file.getText('UTF-8')
    }
}
