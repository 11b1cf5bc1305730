/** Steps that keep what a build made. */
class PublishingSteps {
    static void archiveArtifactsStep(Map given) {
        def build = Build.current
        build.needNode('archiveArtifacts')
        def found = Globs.files(build.folder, given.artifacts, given.excludes, given.defaultExcludes != false)
        if (!found && !given.allowEmptyArchive) { throw new StepFailed("No artifacts found that match '${given.artifacts}'") }
        for (name in found) { WorkspaceSteps.copy(new File(build.folder, name), new File(build.home, "archive/${name}")) }
        build.event(event: 'archived', files: found)
    }

    static Map junitStep(Map given) {
        def build = Build.current
        build.needNode('junit')
        def found = Globs.files(build.folder, given.testResults, null, true)
        if (!found && !given.allowEmptyResults) { throw new StepFailed('No test report files were found. Configuration error?') }
        int failed = 0
        int total = 0
        for (name in found) {
            def cases = new XmlParser(false, false).parse(new File(build.folder, name)).depthFirst().findAll { it instanceof Node && it.name() == 'testcase' }
            total += cases.size()
            failed += cases.count { each -> each.children().any { it instanceof Node && it.name() in ['failure', 'error'] } }
        }
        if (failed && !given.skipMarkingBuildUnstable) { build.worsen('UNSTABLE') }
        build.event(event: 'tests', files: found, total: total, failed: failed)
        [totalCount: total, failCount: failed]
    }

    static void publishHTMLStep(Map given) { kept('html', given.target.reportDir, given.target.reportFiles, given.target.allowMissing) }

    static void recordIssuesStep(Map given) {
        for (tool in (given.tools ?: [given.tool])) { kept('issues', '.', tool.pattern, true) }
    }

    private static void kept(String what, Object folder, Object pattern, Object mayBeMissing) {
        def build = Build.current
        build.needNode(what)
        def found = Globs.files(WorkspaceSteps.path(folder), pattern, null, true)
        if (!found && !mayBeMissing) { throw new StepFailed("${what}: nothing matches ${pattern} in ${folder}") }
        build.event(event: what, files: found)
    }
}
