/** Show on this controller what the library needs, in two workspaces: `iddrSelfTest(kit: 'installed', agent: 'linux')`. */
def call(Map options = [:]) {
    def outputs = [:]
    node(options.agent ?: '') {
        iddrKit(options) { iddrKit.conclude(iddrKit.command('demo'), 'demo') }
        dir('iddr-self-test') {
            outputs = iddrKit.read('.iddr/outputs.json')
            stash(name: 'iddr-self-test', includes: '.iddr/**', useDefaultExcludes: false)
        }
        iddrPhase.publish('iddr-self-test/')
    }
    node(options.agent ?: '') {
        dir('iddr-handed-over') { unstash('iddr-self-test') }
        iddrKit(options + [workingDirectory: 'iddr-handed-over']) {
            iddrKit.conclude(iddrKit.command('refusal', ["IDDR_DIGEST=${outputs.manifest}"]), 'what was handed over')
        }
    }
    echo("iddr ${iddrKit.VERSION} works on this controller: ${outputs.headline}")
}
