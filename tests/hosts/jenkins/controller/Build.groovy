import groovy.json.JsonOutput
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

/**
 * One build: what a controller keeps of it while it runs.
 *
 * `request` is what the test asked for (see controller.py). Events go to a file, one JSON document a line; so does
 * the log, with every secret that is bound at the time masked.
 */
class Build {
    static final List RESULTS = ['SUCCESS', 'UNSTABLE', 'FAILURE', 'NOT_BUILT', 'ABORTED']
    static Build current

    final Map request
    final File home
    final Map own = [:]          // env.NAME = value
    final Map stashes = [:]
    final Map libraries = [:]
    final List secrets = []
    final List deadlines = []    // [milliseconds, cause], the inner ones last
    Map overlay = [:]            // withEnv, credentials and what a node brings
    Map params
    String result
    Map node                     // of the enclosing node block
    File folder                  // where the steps work
    Binding binding
    GroovyShell shell
    private final PrintWriter events
    private final PrintWriter log

    Build(Map request, File events, File log) {
        this.request = request
        this.events = new PrintWriter(events.newWriter('UTF-8'), true)
        this.log = new PrintWriter(log.newWriter('UTF-8'), true)
        home = new File(request.home as String)
        params = new LinkedHashMap(request.params as Map)
        current = this
    }

    synchronized void event(Map fields) {
        events.println(JsonOutput.toJson(fields + [stage: stagePath.join(' / '), node: node?.name, result: result]))
    }

    final List stagePath = []

    synchronized void line(Object text) {
        String shown = String.valueOf(text)
        for (secret in secrets) { shown = shown.replace(secret as String, '****') }
        log.println(shown)
    }

    void close() {
        events.close()
        log.close()
    }

    /** A result only ever gets worse. */
    void worsen(String to) {
        if (result == null || RESULTS.indexOf(to) > RESULTS.indexOf(result)) { result = to }
    }

    Map environment() {
        def base = [
            BUILD_NUMBER: '7', BUILD_ID: '7', JOB_NAME: 'models/risk', BUILD_TAG: 'jenkins-models-risk-7', CI: 'true',
            JENKINS_URL: 'https://jenkins.example/', BUILD_URL: 'https://jenkins.example/job/models/job/risk/7/',
        ]
        base + (request.env as Map) + params.collectEntries { k, v -> [(k): String.valueOf(v)] } + own + overlay
    }

    /** Run `body` with these values on top of the environment. */
    def within(Map values, Closure body) {
        def before = overlay
        overlay = before + values
        try { return body.call() } finally { overlay = before }
    }

    /** Run `body` in this folder of the node. */
    def inFolder(File where, Closure body) {
        def before = folder
        where.mkdirs()
        folder = where
        try { return body.call() } finally { folder = before }
    }

    void needNode(String step) {
        if (node == null) {
            throw new StepFailed("Required context class hudson.FilePath is missing: '${step}' needs a node block")
        }
    }

    /** The nearest moment at which something ends this build, or null. */
    List deadline() { deadlines ? deadlines.min { it[0] } : null }

    void interruptWhenLate() {
        def due = deadline()
        if (due != null && System.currentTimeMillis() >= due[0]) { throw new FlowInterruptedException('ABORTED', due[1]) }
    }
}
