/** `whitelist.txt`: lines as the Script Security plugin writes them. */
class Whitelist {
    private static final Map PRIMITIVES = ['int': Integer, 'long': Long, 'boolean': Boolean, 'char': Character]
    private static final List ENTRIES = read()

    private static List read() {
        def lines = Whitelist.getResource('/whitelist.txt').readLines('UTF-8').findAll { it && !it.startsWith('#') }
        lines.collect { line ->
            def words = line.tokenize(' ')
            def rest = words[0] == 'new' ? words.drop(2) : words.drop(3)
            [kind: words[0], type: type(words[1]), name: words[0] == 'new' ? '' : words[2], parameters: rest.collect { type(it) }]
        }
    }

    private static Class type(String name) {
        if (name in PRIMITIVES) { return PRIMITIVES[name] }
        name.endsWith('[]') ? Class.forName('[L' + name[0..-3] + ';') : Class.forName(name)
    }

    /** A method of the receiver's own class, or one that the GDK adds to it. */
    static boolean method(Object receiver, String name, Object[] given) {
        if (receiver == null) { return true }   // what follows is a NullPointerException
        ENTRIES.any {
            it.kind == 'method' && it.name == name && it.type.isInstance(receiver) && fits(it.parameters, given as List) ||
                it.kind == 'staticMethod' && it.name == name && it.type.name.startsWith('org.codehaus.groovy.runtime.') &&
                fits(it.parameters, [receiver] + (given as List))
        }
    }

    static boolean staticMethod(Class type, String name, Object[] given) {
        ENTRIES.any { it.kind == 'staticMethod' && it.type == type && it.name == name && fits(it.parameters, given as List) }
    }

    static boolean constructor(Class type, Object[] given) {
        ENTRIES.any { it.kind == 'new' && it.type == type && fits(it.parameters, given as List) }
    }

    private static boolean fits(List parameters, List given) {
        parameters.size() == given.size() && (0..<given.size()).every { given[it] == null || matches(parameters[it], given[it]) }
    }

    private static boolean matches(Class parameter, Object value) {
        parameter.isInstance(value) || value instanceof GString && parameter.isAssignableFrom(String)
    }
}
