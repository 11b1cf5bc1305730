/** Steps that work in the workspace of a node. */
class WorkspaceSteps {
    static File path(Object name) {
        def text = String.valueOf(name)
        text.startsWith('/') ? new File(text) : new File(Build.current.folder, text).toPath().normalize().toFile()
    }

    static Object dirStep(Map given, Closure body) {
        Build.current.needNode('dir')
        Build.current.inFolder(path(given.path), body)
    }

    static void deleteDirStep(Map given) {
        Build.current.needNode('deleteDir')
        Build.current.folder.deleteDir()
    }

    static boolean fileExistsStep(Map given) { Build.current.needNode('fileExists'); path(given.file).exists() }
    static String readFileStep(Map given) {
        Build.current.needNode('readFile')
        def file = path(given.file)
        if (!file.isFile()) { throw new FileNotFoundException(file.path) }
        file.getText(given.encoding ?: 'UTF-8')
    }

    static void writeFileStep(Map given) {
        Build.current.needNode('writeFile')
        def file = path(given.file)
        file.parentFile.mkdirs()
        file.setText(String.valueOf(given.text), given.encoding ?: 'UTF-8')
    }

    static String pwdStep(Map given) { given.tmp ? Build.current.node.temporary.path : Build.current.folder.path }

    static Object shStep(Map given) {
        Build.current.needNode('sh')
        Shell.run(given)
    }

    /** The project itself; files that git does not track stay, as in a workspace that was used before. */
    static Map checkoutStep(Map given) {
        Build.current.needNode('checkout')
        def scm = given.scm
        def revision = Git.checkout(Build.current.folder, scm.remote, scm.revision)
        [GIT_COMMIT: revision, GIT_BRANCH: 'origin/' + scm.branch, GIT_URL: scm.remote]
    }

    static void stashStep(Map given) {
        def build = Build.current
        build.needNode('stash')
        def label = String.valueOf(given.name)
        def kept = new File(build.home, "stashes/${label}")
        kept.deleteDir()
        def found = Globs.files(build.folder, given.includes ?: '**', given.excludes, given.useDefaultExcludes != false)
        if (!found && !given.allowEmpty) { throw new StepFailed("No files included in stash '${given.name}'") }
        for (name in found) { copy(new File(build.folder, name), new File(kept, name)) }
        kept.mkdirs()
        build.stashes[label] = kept
        build.line("Stashed ${found.size()} file(s)")
        build.event(event: 'stash', name: label, files: found)
        tamper(label, kept)
    }

    /** A test may have a command change what was stashed: `tamper` maps a name to a program of the shell. */
    private static void tamper(String name, File kept) {
        def command = Build.current.request.tamper[name]
        if (command) { new ProcessBuilder('sh', '-ec', command).directory(kept).redirectErrorStream(true).redirectOutput(new File('/dev/null')).start().waitFor() }
    }

    static void unstashStep(Map given) {
        def build = Build.current
        build.needNode('unstash')
        def kept = build.stashes[String.valueOf(given.name)]
        if (kept == null) { throw new StepFailed("No such saved stash '${given.name}'") }
        for (name in Globs.files(kept, '**', null, false)) { copy(new File(kept, name), new File(build.folder, name)) }
    }

    static void copy(File from, File to) {
        to.parentFile.mkdirs()
        java.nio.file.Files.copy(from.toPath(), to.toPath(), java.nio.file.StandardCopyOption.REPLACE_EXISTING,
            java.nio.file.StandardCopyOption.COPY_ATTRIBUTES)
    }
}
