import groovy.json.JsonSlurperClassic
import org.codehaus.groovy.control.CompilerConfiguration
import org.codehaus.groovy.control.customizers.ImportCustomizer
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

/**
 * Runs Jenkinsfiles, one build after the other: each line of standard input names a folder that holds `request.json`.
 * It gets `events.jsonl` and `log`; the answer is a line of its own. Builds share nothing but the virtual machine.
 */
class Controller {
    static void main(String[] arguments) {
        System.in.eachLine('UTF-8') { folder ->
            run(new File(folder))
            println 'ended'
            System.out.flush()
        }
    }

    private static void run(File folder) {
        def request = new JsonSlurperClassic().parse(new File(folder, 'request.json'), 'UTF-8')
        def build = new Build(request, new File(folder, 'events.jsonl'), new File(folder, 'log'))
        Guard.reset(request.sandbox as boolean)
        Libraries.instances.clear()
        Instrument.classes.clear()
        prepare(build)
        try {
            Libraries.annotated(request.script)
            build.shell.parse(request.script as String, 'WorkflowScript').run()
        } catch (FlowInterruptedException stopped) {
            build.worsen(stopped.result)
            build.line(stopped.message)
        } catch (Throwable error) {
            build.worsen('FAILURE')
            build.line("ERROR: ${error instanceof StepFailed ? error.message : error}")
            if (!(error instanceof StepFailed || error instanceof Fault)) { trace(error) }
        }
        build.worsen('SUCCESS')
        build.line("Finished: ${build.result}")
        build.event(event: 'finished')
        build.close()
    }

    private static void trace(Throwable error) {
        org.codehaus.groovy.runtime.StackTraceUtils.deepSanitize(error)
        for (frame in error.stackTrace.take(12)) { Build.current.line("    at ${frame}") }
    }

    private static void prepare(Build build) {
        def configuration = new CompilerConfiguration(scriptBaseClass: 'PipelineScript')
        configuration.addCompilationCustomizers(new ImportCustomizer().addImports('com.cloudbees.groovy.cps.NonCPS'), new Instrument())
        def loader = new GroovyClassLoader(Controller.classLoader, configuration)
        build.binding = new Binding(env: new EnvironmentVariable(), params: new ParametersVariable(),
            currentBuild: new CurrentBuildVariable(), _: null)
        if (build.request.scm) { build.binding.setVariable('scm', new HashMap(build.request.scm)) }
        build.shell = new GroovyShell(loader, build.binding, configuration)
    }
}
