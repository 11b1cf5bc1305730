import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

/** `sh`: a script in a file beside the workspace, in a session of its own, ended with all its children. */
class Shell {
    static final int PATIENCE = 10   // seconds between asking processes to end and killing them
    static final String COOKIE = UUID.randomUUID().toString()
    private static int counter = 0

    static Object run(Map given) {
        def build = Build.current
        if (given.returnStdout && given.returnStatus) { throw new IllegalArgumentException('You may not provide both returnStdout and returnStatus.') }
        def script = new File(build.folder.path + "@tmp/durable-${counter++}/script.sh")   // beside the folder, as a real agent
        script.parentFile.mkdirs()
        script.setText(String.valueOf(given.script), 'UTF-8')
        script.setExecutable(true)
        if (given.label) { build.line("[Pipeline] sh (${given.label})") }
        def command = ['setsid'] + (script.text.startsWith('#!') ? [script.path] : ['sh', '-xe', script.path])
        def process = started(command, build)
        def (answer, pumps) = [new StringBuilder(), []]
        pumps << pump(process.errorStream) { build.line(it) }
        pumps << pump(process.inputStream) { given.returnStdout ? answer.append(it).append('\n') : build.line(it) }
        def status = 0
        try { status = waitFor(process, build) } finally { for (each in pumps) { each.join(PATIENCE * 1000) } }
        build.event(event: 'sh ended', label: given.label, status: status)
        if (given.returnStatus) { return status }
        if (status != 0) { throw new StepFailed("script returned exit code ${status}") }
        given.returnStdout ? answer.toString() : null
    }

    private static Process started(List command, Build build) {
        def builder = new ProcessBuilder(command).directory(build.folder).redirectInput(new File('/dev/null'))
        def environment = builder.environment()
        build.environment().each { name, value -> if (value != null) { environment[name as String] = value as String } }
        environment.JENKINS_NODE_COOKIE = COOKIE
        builder.start()
    }

    private static Thread pump(InputStream stream, Closure each) {
        Thread.start { stream.eachLine('UTF-8') { String text -> each.call(text) } }
    }

    /** Wait for the process; when its build is out of time or aborted, end it and all that it started. */
    private static int waitFor(Process process, Build build) {
        while (true) {
            if (process.waitFor(50, java.util.concurrent.TimeUnit.MILLISECONDS)) { return process.exitValue() }
            def due = abortion(build) ?: build.deadline()
            if (due != null && System.currentTimeMillis() >= due[0]) {
                build.line(due[1])
                end(process)
                throw new FlowInterruptedException('ABORTED', due[1])
            }
        }
    }

    /** A test aborts a build by making the file that it named. */
    private static List abortion(Build build) {
        def named = build.request.abort_when
        named && new File(named).exists() ? [0L, 'Aborted by ann'] : null
    }

    /** As Jenkins: TERM to each process that has this build's cookie in its environment, then KILL to those that stay. */
    private static void end(Process process) {
        Build.current.line('Sending interrupt signal to process')
        def whole = marked() + [process.toHandle()]
        for (each in whole) { each.destroy() }
        def end = System.currentTimeMillis() + PATIENCE * 1000
        while (whole.any { it.isAlive() } && System.currentTimeMillis() < end) { Thread.sleep(50) }
        for (each in whole + marked()) { each.destroyForcibly() }
    }

    private static List marked() {
        def mark = "JENKINS_NODE_COOKIE=${COOKIE}".toString()
        def found = []
        for (folder in new File('/proc').listFiles()) {
            if (!folder.name.isLong()) { continue }
            try {
                def handle = ProcessHandle.of(folder.name as long)
                if (new File(folder, 'environ').text.contains(mark) && handle.isPresent()) { found << handle.get() }
            } catch (IOException ended) { continue }
        }
        found
    }
}
