/** Ant's patterns, as stash and archiveArtifacts take them. */
class Globs {
    /** What Ant leaves out unless it is told otherwise. */
    static final List DEFAULT_EXCLUDES = ['**/*~', '**/#*#', '**/.#*', '**/%*%', '**/._*', '**/CVS/**', '**/.git/**',
        '**/.gitattributes', '**/.gitignore', '**/.gitmodules', '**/.svn/**', '**/.DS_Store']

    /** Return the files below `root`, by name relative to it, that a pattern takes and none leaves out. */
    static List files(File root, Object includes, Object excludes, boolean defaults) {
        def wanted = patterns(includes)
        def unwanted = patterns(excludes) + (defaults ? patterns(DEFAULT_EXCLUDES.join(',')) : [])
        def found = []
        if (!root.isDirectory()) { return found }
        root.eachFileRecurse(groovy.io.FileType.FILES) { file ->
            def name = root.toPath().relativize(file.toPath()).toString()
            if (wanted.any { name ==~ it } && !unwanted.any { name ==~ it }) { found << name }
        }
        found.sort()
    }

    private static List patterns(Object text) {
        String.valueOf(text ?: '').split(',').collect { it.trim() }.findAll { it }.collect { expression(it) }
    }

    private static String expression(String pattern) {
        def whole = pattern.endsWith('/') ? pattern + '**' : pattern
        def parts = []
        whole.split('/').eachWithIndex { part, index -> parts << part }
        def text = new StringBuilder()
        parts.eachWithIndex { part, index ->
            boolean last = index == parts.size() - 1
            if (part == '**') { text << (last ? '.*' : '(?:[^/]+/)*') } else {
                text << part.collect { it == '*' ? '[^/]*' : it == '?' ? '[^/]' : java.util.regex.Pattern.quote(it) }.join('')
                text << (last ? '' : '/')
            }
        }
        text.toString()
    }
}
