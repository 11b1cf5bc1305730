/** What a block of a declarative pipeline holds, by the name of the section. */
class Sections {
    final Map found = [:]
    private final Set known
    private final String where

    private Sections(Set known, String where) {
        this.known = known
        this.where = where
    }

    static Sections of(Closure body, Set known, String where) {
        def sections = new Sections(known, where)
        def copy = body.clone()
        copy.delegate = sections
        copy.resolveStrategy = Closure.DELEGATE_FIRST
        copy.call()
        sections
    }

    /** Run steps: names mean what they mean in the Jenkinsfile itself. */
    static Object perform(Closure body) {
        def script = body.owner
        while (script instanceof Closure) { script = script.owner }
        def copy = body.clone()
        copy.delegate = script
        copy.resolveStrategy = Closure.DELEGATE_ONLY
        copy.call()
    }

    Object invokeMethod(String name, Object arguments) {
        if (known != null && !(name in known)) { throw new StepFailed("${where}: unknown section \"${name}\", expected one of ${known}") }
        def given = arguments as List
        found.get(name, []) << (given.size() == 1 ? given[0] : given)
        null
    }

    Object getProperty(String name) {
        if (name == 'found') { return this.@found }
        if (name in ['any', 'none']) { return name }
        throw new MissingPropertyException(name, Sections)
    }

    boolean has(String name) { this.@found.containsKey(name) }
    List all(String name) { this.@found[name] ?: [] }
    Object first(String name) { all(name) ? all(name)[0] : null }

    /** Each call within the section, with its name as `symbol`: options, parameters, triggers. */
    List symbols(String name) {
        def made = []
        for (each in all(name)) {
            for (entry in of(each, null, name).found) {
                for (given in entry.value) { made << ([symbol: entry.key] + (given instanceof Map ? given : [value: given])) }
            }
        }
        made
    }
}

/** `environment { NAME = value }`, with `credentials('id')`. */
class Environment {
    private final Map values = [:]
    private final Map outer

    private Environment(Map outer) { this.outer = outer }

    static Map of(Closure body, Map outer) {
        def environment = new Environment(outer)
        def copy = body.clone()
        copy.delegate = environment
        copy.resolveStrategy = Closure.DELEGATE_FIRST
        copy.call()
        environment.@values
    }

    void setProperty(String name, Object value) { this.@values[name] = String.valueOf(value) }

    Object getProperty(String name) {
        def value = this.@values[name] ?: this.@outer[name] ?: Build.current.environment()[name]
        if (value == null) { throw new MissingPropertyException(name, Environment) }
        value
    }

    String credentials(String id) {
        def kept = Build.current.request.credentials[id]
        if (kept == null) { throw new StepFailed("Could not find credentials entry with ID '${id}'") }
        Build.current.secrets.add(kept.secret)
        kept.secret
    }
}

/** `when { ... }`: each condition, and all of them unless `anyOf` says otherwise. */
class Conditions {
    static final Set KNOWN = ['branch', 'expression', 'environment', 'not', 'allOf', 'anyOf', 'changeRequest', 'buildingTag', 'tag',
        'triggeredBy', 'beforeAgent', 'beforeInput'] as Set

    static boolean hold(Closure body, boolean any = false) {
        def answers = []
        for (entry in Sections.of(body, KNOWN, 'when').found) {
            for (given in entry.value) {
                if (!(entry.key in ['beforeAgent', 'beforeInput'])) { answers << holds(entry.key, given) }
            }
        }
        any ? answers.any() : answers.every()
    }

    private static boolean holds(String name, Object given) {
        def environment = Build.current.environment()
        switch (name) {
            case 'branch': return environment.BRANCH_NAME == given
            case 'expression': return Sections.perform(given)
            case 'environment': return environment[given.name] == given.value
            case 'not': return !hold(given)
            case 'allOf': return hold(given)
            case 'anyOf': return hold(given, true)
            case 'changeRequest': return environment.CHANGE_ID != null
            case 'buildingTag': return environment.TAG_NAME != null
            case 'tag': return environment.TAG_NAME == given
            default: return Build.current.request.causes.any { it._class.contains(String.valueOf(given)) }
        }
    }
}
