/** The base of a Jenkinsfile and of every file in vars: what it does not have itself is a global variable or a step. */
abstract class PipelineScript extends Script {
    @Override
    Object invokeMethod(String name, Object arguments) {
        def given = arguments instanceof Object[] ? arguments as List : [arguments]
        if (metaClass.respondsTo(this, name, given as Object[])) { return metaClass.invokeMethod(this, name, given as Object[]) }
        Steps.run(name, given)
    }

    def methodMissing(String name, Object arguments) { Steps.run(name, arguments as List) }

    @Override
    Object getProperty(String name) {
        try { return super.getProperty(name) } catch (MissingPropertyException absent) { return variable(name, absent) }
    }

    private static Object variable(String name, MissingPropertyException absent) {
        def variable = Libraries.variable(name)
        if (variable != null) { return variable }
        def build = Build.current
        if (name == 'docker' && 'docker-workflow' in build.request.plugins) { return new DockerVariable() }
        def value = build.environment()[name]
        if (value != null) { return value }
        throw absent
    }
}
