import org.codehaus.groovy.ast.ClassHelper
import org.codehaus.groovy.ast.ClassNode
import org.codehaus.groovy.ast.ConstructorNode
import org.codehaus.groovy.ast.MethodNode
import org.codehaus.groovy.ast.expr.ConstantExpression
import org.codehaus.groovy.ast.stmt.BlockStatement
import org.codehaus.groovy.ast.stmt.Statement
import org.codehaus.groovy.ast.stmt.TryCatchStatement
import org.codehaus.groovy.ast.tools.GeneralUtils
import org.codehaus.groovy.classgen.GeneratorContext
import org.codehaus.groovy.classgen.VariableScopeVisitor
import org.codehaus.groovy.control.CompilePhase
import org.codehaus.groovy.control.SourceUnit
import org.codehaus.groovy.control.customizers.CompilationCustomizer

/** Rewrites each class of the pipeline while it is compiled, so that Guard sees its calls and its variables. */
class Instrument extends CompilationCustomizer {
    static final Set classes = new HashSet()

    Instrument() { super(CompilePhase.CANONICALIZATION) }

    @Override
    void call(SourceUnit source, GeneratorContext context, ClassNode type) {
        classes.add(type.name.tokenize('$')[0])
        def calls = new Calls(source)
        for (method in new ArrayList(type.methods) + new ArrayList(type.declaredConstructors)) { rewrite(method, calls) }
        new VariableScopeVisitor(source).visitClass(type)
    }

    private static void rewrite(MethodNode method, Calls calls) {
        if (method.code == null || method.synthetic || method.name in ['<clinit>', 'main']) { return }
        boolean plain = method instanceof ConstructorNode || isPlain(method)
        calls.rewrite(method, plain)
        if (method instanceof ConstructorNode) { return }   // nothing may stand before a call of super()
        if (plain) { method.code = bracketed(method) } else { method.code = begun(method.name + '()', method.code) }
    }

    static boolean isPlain(MethodNode method) { method.annotations.any { it.classNode.nameWithoutPackage == 'NonCPS' } }

    /** The body, after a call that says that it begins. */
    static Statement begun(String name, Statement body) {
        def block = body instanceof BlockStatement ? body : new BlockStatement([body] as List<Statement>, new org.codehaus.groovy.ast.VariableScope())
        block.statements.add(0, GeneralUtils.stmt(guard('enter', new ConstantExpression(name))))
        block
    }

    private static Statement bracketed(MethodNode method) {
        def block = new BlockStatement()
        block.addStatement(GeneralUtils.stmt(guard('enterPlain', new ConstantExpression(method.name + '()'))))
        block.addStatement(new TryCatchStatement(method.code, GeneralUtils.stmt(guard('leavePlain'))))
        block
    }

    static guard(String name, org.codehaus.groovy.ast.expr.Expression... arguments) {
        GeneralUtils.callX(ClassHelper.make(Guard), name, GeneralUtils.args(arguments))
    }
}
