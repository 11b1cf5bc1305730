/** Run `body` on the agent of a phase, in a checkout: a label, or `[label: ..., image: ..., args: ...]`. */
def call(Map options, String phase, Closure body) {
    def named = (options.agents ?: [:])[phase] ?: options.agent ?: ''
    def agent = named instanceof Map ? named : [label: named]
    node(agent.label ?: '') {
        def seen = checkout(scm)
        withEnv(["GIT_BRANCH=${seen.GIT_BRANCH ?: ''}", "GIT_COMMIT=${seen.GIT_COMMIT ?: ''}"]) {
            if (agent.image) { docker.image(agent.image).inside(agent.args ?: '', body) } else { body() }
        }
    }
}
