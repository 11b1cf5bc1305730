/** Real git, for the checkout of the project and of libraries. */
class Git {
    static String run(File folder, String... arguments) {
        def command = ['git', '-c', 'protocol.file.allow=always', '-c', 'safe.directory=*'] + (arguments as List)
        def process = new ProcessBuilder(command).directory(folder).redirectErrorStream(true).start()
        def said = process.inputStream.getText('UTF-8')
        if (process.waitFor() != 0) { throw new StepFailed("git ${arguments.join(' ')}: ${said}") }
        said.trim()
    }

    /** Bring `folder` to the revision; what git does not track stays, as in a real workspace. */
    static String checkout(File folder, String remote, String revision) {
        if (!new File(folder, '.git').exists()) { run(folder, 'init', '-q') }
        run(folder, 'fetch', '-q', '--tags', '--force', remote, '+refs/heads/*:refs/remotes/origin/*')
        run(folder, 'checkout', '-q', '-f', '--detach', run(folder, 'rev-parse', '--verify', point(folder, revision)))
        run(folder, 'rev-parse', 'HEAD')
    }

    private static String point(File folder, String revision) {
        for (each in ["refs/tags/${revision}", "refs/remotes/origin/${revision}"]) {
            try { return run(folder, 'rev-parse', '--verify', "${each}^{commit}") } catch (StepFailed absent) { continue }
        }
        "${revision}^{commit}"
    }
}
