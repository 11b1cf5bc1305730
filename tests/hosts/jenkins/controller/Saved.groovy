import groovy.transform.CompileStatic

/** Says what of a value could not be saved, as a controller saves the whole program at each step. */
class Saved {
    /** Return the name of the class that cannot be saved, or null. */
    static String problem(Object value) {
        if (value == null || value instanceof String || value instanceof Number || value instanceof Boolean) { return null }
        try {
            new SavingStream().writeObject(value)
            return null
        } catch (NotSerializableException error) {
            return error.message
        }
    }

    static boolean ownVariable(Object value) { value.getClass().name ==~ /(\w+Variable|DockerImage)/ }

    /** What a closure keeps alive: the variables that it captured, and what the closures around it captured. */
    static List captured(Closure closure) {
        def found = new ArrayList()
        for (field in closure.getClass().declaredFields) {
            if (!groovy.lang.Reference.isAssignableFrom(field.type)) { continue }
            field.accessible = true
            found.add(((Reference) field.get(closure))?.get())
        }
        found.add(closure.owner)
        found
    }
}

/** Scripts and the controller's own variables are saved by the controller itself, so they stand for nothing here. */
@CompileStatic
class SavingStream extends ObjectOutputStream {
    private final Map seen = new IdentityHashMap()

    SavingStream() {
        super(new ByteArrayOutputStream())
        enableReplaceObject(true)
    }

    @Override
    protected Object replaceObject(Object value) {
        if (value instanceof Script || value instanceof Class || Saved.ownVariable(value)) { return 'kept by the controller' }
        if (!(value instanceof Closure)) { return value }
        seen.put(value, true) == null ? Saved.captured((Closure) value) : 'seen'
    }
}
