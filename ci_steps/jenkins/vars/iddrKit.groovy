import groovy.json.JsonSlurper
import groovy.transform.Field

/** The version of this library; the kit refuses to work for a library of another version. */
@Field final String VERSION = '0.1.0'
@Field final List OPTIONS = ['agent', 'agents', 'approvalHours', 'approvers', 'config', 'credentials', 'index', 'kit',
    'model', 'parameters', 'plan', 'schedule', 'workingDirectory']
@Field final Map MEANINGS = [1: 'a gate is closed', 2: 'the configuration or the way it is used is wrong',
    3: 'there is no verdict', 4: 'a network, a registry or a host failed; try again',
    5: 'what the phase before handed over was changed on its way', 130: 'it was interrupted']

/** Run `body` in the folder of the configuration, with the kit ready; a pull request from a fork gets no credentials. */
def call(Map options, Closure body) {
    def unknown = options.keySet().find { !(it in OPTIONS) }
    if (unknown) { error("iddr: there is no option '${unknown}', there are: ${OPTIONS.join(', ')}") }
    withEnv(facts(options, "${pwd(tmp: true)}/iddr-${VERSION}")) {
        withCredentials(env.CHANGE_FORK ? [] : options.credentials ?: []) {
            dir(options.workingDirectory ?: '.') {
                try {
                    conclude(command('setup'), 'setup')
                    body()
                } finally { command('forget') }
            }
        }
    }
}

/** What the kit learns from Jenkins: every value reaches the shell through the environment, and in no other way. */
List facts(Map options, String home) {
    def people = currentBuild.getBuildCauses('hudson.model.Cause$UserIdCause')
    def cause = currentBuild.getBuildCauses('hudson.triggers.TimerTrigger$TimerTriggerCause') ? 'cron' : ''
    ["IDDR_INCLUDE=${VERSION}", "IDDR_CONFIG=${options.config ?: 'iddr.toml'}", "IDDR_KIT=${options.kit ?: ''}",
        "IDDR_INDEX=${options.index ?: ''}", "IDDR_HOME=${home}", "NETRC=${home}.netrc",
        "IDDR_CAUSE=${cause}", "IDDR_ACTOR=${people ? people[0].userId : ''}"]
}

/** Run one command of the kit and return its exit code; its words are in the log. */
int command(String name, List values = []) {
    withEnv(["IDDR_COMMAND=${name}"] + values) {
        sh(label: "iddr: ${name}", returnStatus: true, script: libraryResource('iddr/iddr.sh'))
    }
}

/** The stages of this build: what the kit makes of the event and the parameters. */
Map plan() {
    conclude(command('plan'), 'plan')
    read('.iddr/stages.json')
}

/** What a file of the kit says, as plain maps and lists, which can be saved with the build; empty without the file. */
Map read(String file) { fileExists(file) ? parsed(readFile(file)) : [:] }

@NonCPS
Map parsed(String text) { plain(new JsonSlurper().parseText(text)) }

@NonCPS
Object plain(Object value) {
    if (value instanceof Map) { return value.collectEntries { name, each -> [(name): plain(each)] } }
    value instanceof List ? value.collect { plain(it) } : value
}

/** Turn an exit code into what Jenkins shows; the words are the kit's own where it said any. */
void conclude(int code, String what, String headline = '') {
    def text = "iddr ${what}: ${MEANINGS[code] ?: 'ended with ' + code}${headline ? ': ' + headline : ''}"
    if (code == 130) { currentBuild.result = 'ABORTED' }
    if (code == 3) { unstable(text) } else if (code != 0) { error(text) }
}
