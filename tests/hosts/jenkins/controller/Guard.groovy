import org.codehaus.groovy.runtime.InvokerHelper

/**
 * What the instrumented pipeline calls instead of calling directly (see Instrument).
 *
 * It refuses what a real controller refuses: a step where the program cannot be saved, a value that cannot be
 * saved held across a step, and in the sandbox a method that is not in `whitelist.txt`.
 */
class Guard {
    /** GDK methods whose closures may hold steps; workflow-cps translates these and no others. */
    static final Set TRANSLATED = ['any', 'callClosureForMapEntry', 'callClosureForMapEntryAndCounter', 'collect',
        'collectEntries', 'collectMany', 'collectNested', 'count', 'countBy', 'downto', 'each', 'eachWithIndex', 'every', 'find', 'findAll', 'findResult', 'findResults', 'groupBy', 'inject',
        'max', 'min', 'reverseEach', 'step', 'sum', 'takeWhile', 'times', 'upto', 'with'] as Set
    static int plain = 0            // how deep in methods that run to their end
    static String plainName
    static boolean sandbox = true

    static void reset(boolean sandboxed) {
        plain = 0
        sandbox = sandboxed
    }

    /** A method marked @NonCPS, or a constructor, begins. */
    static void enterPlain(String name) {
        plain++
        plainName = name
    }

    static void leavePlain() { plain-- }

    /** The body of any other method or closure begins. */
    static void enter(String name) {
        if (plain > 0) { fault('cps', "${name} is called from ${plainName}, which is @NonCPS or a constructor") }
        def between = calledThrough()
        if (between) { fault('cps', "${name} is called by ${between}, which cannot be saved half way") }
    }

    static void step(String name) {
        if (plain > 0) { fault('cps', "the step ${name} is called from ${plainName}, which is @NonCPS or a constructor") }
        for (each in Libraries.instances) {
            for (field in each.value?.getClass()?.declaredFields) {
                if (field.synthetic || java.lang.reflect.Modifier.isStatic(field.modifiers)) { continue }
                field.accessible = true
                def problem = Saved.problem(field.get(each.value))
                if (problem) { fault('cps', "the field ${field.name} of ${each.key} holds ${problem} while ${name} runs") }
            }
        }
    }

    /** The variables in scope where something is called that may be a step. */
    static Object held(String call, Map locals) {
        for (each in locals) {
            def problem = Saved.problem(each.value)
            if (problem) { fault('cps', "the variable ${each.key} holds ${problem} while ${call} runs") }
        }
        null
    }

    static Object then(Object ignored, Object value) { value }

    static Object call(Object receiver, String name, boolean safe, Object[] given, Map locals) {
        if (receiver == null && safe) { return null }
        if (receiver instanceof Class) { return callStatic(receiver, name, given) }
        if (ours(receiver) || receiver instanceof Closure) {
            if (locals != null && !isPlain(receiver, name)) { held(name, locals) }
        } else if (!Whitelist.method(receiver, name, given)) {
            fault('sandbox', "method ${receiver?.getClass()?.name} ${name} with ${given.collect { it?.getClass()?.name }}")
        }
        InvokerHelper.invokeMethod(receiver, name, given)
    }

    static Object callStatic(Class type, String name, Object[] given) {
        if (!pipelines(type) && !Whitelist.staticMethod(type, name, given)) { fault('sandbox', "staticMethod ${type.name} ${name}") }
        InvokerHelper.invokeMethod(type, name, given)
    }

    static Object construct(Class type, Object[] given) {
        if (!pipelines(type) && !Whitelist.constructor(type, given)) { fault('sandbox', "new ${type.name}") }
        InvokerHelper.invokeConstructorOf(type, given)
    }

    static Object get(Object receiver, String name, boolean safe) {
        if (receiver == null && safe) { return null }
        if (receiver instanceof Map) { return receiver.get(name) }
        boolean known = receiver instanceof Class ? pipelines(receiver) : ours(receiver)
        def getters = ['get' + name.capitalize(), 'is' + name.capitalize()]
        if (!known && !getters.any { Whitelist.method(receiver, it, new Object[0]) }) {
            fault('sandbox', "property ${name} of ${receiver?.getClass()?.name}")
        }
        InvokerHelper.getProperty(receiver, name)
    }

    static Object set(Object receiver, String name, Object value) {
        if (!(receiver instanceof Map) && !ours(receiver)) { fault('sandbox', "property ${name} of ${receiver?.getClass()?.name} is set") }
        InvokerHelper.setProperty(receiver, name, value)
        value
    }

    /** Whether an object is of a class of the pipeline, or one of the controller's own variables. */
    private static boolean ours(Object receiver) {
        receiver != null && (pipelines(receiver.getClass()) || Saved.ownVariable(receiver))
    }

    private static boolean pipelines(Class type) { type.classLoader instanceof GroovyClassLoader.InnerLoader || type.classLoader instanceof GroovyClassLoader }

    private static boolean isPlain(Object receiver, String name) {
        def named = receiver?.getClass()?.methods.findAll { it.name == name }
        named && named.every { method -> method.annotations.any { it.annotationType().simpleName == 'NonCPS' } }
    }

    /** The Java or GDK method between this body and the pipeline's code that led to it, if that cannot be saved. */
    private static String calledThrough() {
        def frames = new Throwable().stackTrace
        int i = 0
        while (i < frames.length && !ofPipeline(frames[i])) { i++ }
        def own = i < frames.length ? frames[i].className : ''
        while (i < frames.length && (frames[i].className == own || !ofPipeline(frames[i]) && !judged(frames[i]) )) { i++ }
        while (i < frames.length && !ofPipeline(frames[i])) {
            if (judged(frames[i]) && !(frames[i].methodName in TRANSLATED)) { return "${frames[i].className}.${frames[i].methodName}()" }
            i++
        }
        null
    }

    private static boolean judged(StackTraceElement frame) {
        frame.className.startsWith('org.codehaus.groovy.runtime.DefaultGroovyMethods') ||
            frame.className.startsWith('org.codehaus.groovy.runtime.StringGroovyMethods') ||
            frame.className.startsWith('java.util.') && !frame.className.startsWith('java.util.concurrent.')
    }

    private static boolean ofPipeline(StackTraceElement frame) { frame.className.tokenize('$')[0] in Instrument.classes }

    static void fault(String kind, String message) {
        if (kind == 'sandbox' && !sandbox) { return }
        Build.current.event(event: 'fault', kind: kind, message: message)
        throw new Fault(kind, message)
    }
}
