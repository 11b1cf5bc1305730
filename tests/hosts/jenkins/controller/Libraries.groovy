import java.nio.file.Files

/** Shared libraries: fetched with git at the version asked for; vars, src and resources alone reach the build. */
class Libraries {
    static final Map instances = [:]   // one of each global variable a build, as on a controller

    /** Load what `@Library(...)` at the head of a Jenkinsfile names. */
    static void annotated(String text) {
        def found = (text =~ /@Library\(\s*(?:value\s*=\s*)?\[?((?:\s*['"][^'"]+['"]\s*,?)+)\]?\s*\)/)
        while (found.find()) {
            def names = (found.group(1) =~ /['"]([^'"]+)['"]/)
            while (names.find()) { configured(names.group(1)) }
        }
    }

    /** Load a library that an administrator has configured. */
    static void configured(String identifier) {
        def (name, version) = parts(identifier)
        def known = Build.current.request.libraries[name]
        if (known == null) { throw new StepFailed("Could not find any definition of libraries [${identifier}]") }
        load(name, version ?: known.version, known.remote, known.path)
    }

    static List parts(String identifier) {
        int at = identifier.indexOf('@')
        at < 0 ? [identifier, null] : [identifier.substring(0, at), identifier.substring(at + 1)]
    }

    /** Fetch `remote` at `version`, and add the library in its folder `path`. */
    static void load(String name, String version, String remote, String path) {
        def build = Build.current
        if (build.libraries.containsKey(name)) {
            build.line("Only using first definition of library ${name}")
            return
        }
        def clone = new File(build.home, "libs/${name}")
        clone.mkdirs()
        Git.checkout(clone, remote, version)
        def root = path ? new File(clone, path) : clone
        refuseLinks(root)
        if (!['vars', 'src', 'resources'].any { new File(root, it).isDirectory() }) {
            throw new StepFailed("Library ${name} expected to contain at least one of src or vars directories")
        }
        build.libraries[name] = root
        build.own["library.${name}.version".toString()] = version
        build.shell.classLoader.addURL(new File(root, 'src').toURI().toURL())
        build.event(event: 'library', name: name, version: version)
    }

    private static void refuseLinks(File root) {
        if (!root.isDirectory()) { throw new StepFailed("Library path ${root} does not exist") }
        def links = []
        root.eachFileRecurse { if (Files.isSymbolicLink(it.toPath())) { links << it } }
        if (links) { throw new StepFailed("Library contains a symbolic link: ${links[0]}") }
    }

    /** Return the global variable of this name, made once a build; null where no library has one. */
    static Object variable(String name) {
        if (instances.containsKey(name)) { return instances[name] }
        def file = file('vars', name + '.groovy')
        if (file == null) { return null }
        def script = Build.current.shell.parse(file)
        script.binding = Build.current.binding
        instances[name] = script
    }

    static File file(String folder, String name) {
        for (root in Build.current.libraries.values()) {
            def found = new File(new File(root, folder), name)
            if (found.isFile()) { return found }
        }
        null
    }
}
