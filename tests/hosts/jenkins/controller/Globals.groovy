/** `env`: reads what a step would see, writes what every later step sees. */
class EnvironmentVariable {
    Object getProperty(String name) { Build.current.environment()[name] }
    void setProperty(String name, Object value) { Build.current.own[name] = String.valueOf(value) }
    Object getAt(String name) { getProperty(name) }
    void putAt(String name, Object value) { setProperty(name, value) }
}

/** `params`: read only. */
class ParametersVariable {
    Object getProperty(String name) { Build.current.params[name] }
    void setProperty(String name, Object value) { throw new UnsupportedOperationException('params cannot be changed') }
    Object getAt(String name) { getProperty(name) }
}

/** `currentBuild`: its result gets worse, never better. */
class CurrentBuildVariable {
    String displayName = '#7'
    String description
    int number = 7

    String getResult() { Build.current.result }
    void setResult(String to) { Build.current.worsen(to) }
    String getCurrentResult() { Build.current.result ?: 'SUCCESS' }
    List getBuildCauses(String kind = null) {
        Build.current.request.causes.findAll { kind == null || it._class == kind }
    }
}

/** `docker`: what the Docker Pipeline plugin adds. The body runs on the agent itself, and an event says in which image. */
class DockerVariable {
    def image(String name) { new DockerImage(name: name) }
}

class DockerImage {
    String name

    def inside(String arguments = '', Closure body) {
        Build.current.needNode('docker.image().inside')
        Build.current.event(event: 'container', image: name, arguments: arguments)
        Build.current.within([IN_CONTAINER: name]) { body.call() }
    }
}
