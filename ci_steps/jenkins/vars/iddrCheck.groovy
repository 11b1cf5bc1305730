/** Run one check without a configuration: `iddrCheck('SC001', model_file: 'model.joblib')`; `iddr:` holds options as above. */
def call(Map inputs = [:], String code) {
    int ended = 0
    def given = inputs.keySet().findAll { it != 'iddr' }.collect { "${it}=${inputs[it]}".toString() }
    if (given.any { it.contains('\n') }) { error("iddrCheck ${code}: a value has a line break") }
    iddrKit(inputs.iddr ?: [:]) { ended = iddrKit.command('check', ["IDDR_CODE=${code}", "IDDR_ARGUMENTS=${given.join('\n')}"]) }
    iddrKit.conclude(ended, code)
    ended
}
