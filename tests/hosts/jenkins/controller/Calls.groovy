import org.codehaus.groovy.ast.ClassCodeExpressionTransformer
import org.codehaus.groovy.ast.MethodNode
import org.codehaus.groovy.ast.expr.ArrayExpression
import org.codehaus.groovy.ast.expr.AttributeExpression
import org.codehaus.groovy.ast.expr.BinaryExpression
import org.codehaus.groovy.ast.expr.ClassExpression
import org.codehaus.groovy.ast.expr.ClosureExpression
import org.codehaus.groovy.ast.expr.ConstantExpression
import org.codehaus.groovy.ast.expr.ConstructorCallExpression
import org.codehaus.groovy.ast.expr.DeclarationExpression
import org.codehaus.groovy.ast.expr.Expression
import org.codehaus.groovy.ast.expr.MapEntryExpression
import org.codehaus.groovy.ast.expr.MapExpression
import org.codehaus.groovy.ast.expr.MethodCallExpression
import org.codehaus.groovy.ast.expr.MethodPointerExpression
import org.codehaus.groovy.ast.expr.NamedArgumentListExpression
import org.codehaus.groovy.ast.expr.PropertyExpression
import org.codehaus.groovy.ast.expr.SpreadExpression
import org.codehaus.groovy.ast.expr.TupleExpression
import org.codehaus.groovy.ast.expr.VariableExpression
import org.codehaus.groovy.ast.stmt.BlockStatement
import org.codehaus.groovy.ast.stmt.CatchStatement
import org.codehaus.groovy.ast.stmt.ForStatement
import org.codehaus.groovy.control.SourceUnit

import static org.codehaus.groovy.ast.ClassHelper.OBJECT_TYPE

/** Sends calls, constructors and properties through Guard, with the variables that are in scope there. */
class Calls extends ClassCodeExpressionTransformer {
    private final SourceUnit source
    private final List scopes = []
    private boolean plain

    Calls(SourceUnit source) { this.source = source }

    @Override
    protected SourceUnit getSourceUnit() { source }

    void rewrite(MethodNode method, boolean plain) {
        this.plain = plain
        inScope(method.parameters*.name) { method.code.visit(this) }
    }

    private void inScope(List names, Closure work) {
        scopes.add(new ArrayList(names))
        try { work.call() } finally { scopes.pop() }
    }

    @Override
    void visitBlockStatement(BlockStatement block) { inScope([]) { super.visitBlockStatement(block) } }

    @Override
    void visitForLoop(ForStatement loop) {
        def name = loop.variable.name
        inScope(name == 'forLoopDummyParameter' ? [] : [name]) { super.visitForLoop(loop) }
    }

    @Override
    void visitCatchStatement(CatchStatement each) { inScope([each.variable.name]) { super.visitCatchStatement(each) } }

    @Override
    Expression transform(Expression expression) {
        if (expression == null) { return null }
        switch (expression) {
            case ClosureExpression: return closure(expression)
            case DeclarationExpression: return declaration(expression)
            case MethodCallExpression: return methodCall(expression)
            case ConstructorCallExpression: return constructorCall(expression)
            case AttributeExpression: case MethodPointerExpression:
                throw new Fault('sandbox', "${expression.text}: fields and pointers to methods are not judged here; call the method")
            case PropertyExpression: return property(expression)
            case BinaryExpression: return binary(expression)
            default: return expression.transformExpression(this)
        }
    }

    private Expression closure(ClosureExpression expression) {
        def names = expression.parameters ? expression.parameters*.name : []
        inScope(names) { expression.code.visit(this) }
        if (!plain) { expression.code = Instrument.begun('a closure', expression.code) }
        expression
    }

    private Expression declaration(DeclarationExpression expression) {
        expression.rightExpression = transform(expression.rightExpression)
        def left = expression.leftExpression
        (left instanceof VariableExpression ? [left] : left.expressions).each { scopes[-1] << it.name }
        expression
    }

    private Expression methodCall(MethodCallExpression call) {
        call.arguments = transform(call.arguments)
        boolean own = call.implicitThis || call.objectExpression.text in ['this', 'super']
        if (own) { return plain ? call : placed(Instrument.guard('then', Instrument.guard('held', text(call.methodAsString), locals()), call), call) }
        if (call.spreadSafe) { throw new Fault('sandbox', "${call.text}: *. is not judged here; use a loop") }
        def receiver = call.objectExpression instanceof ClassExpression ? call.objectExpression : transform(call.objectExpression)
        placed(Instrument.guard('call', receiver, transform(call.method), new ConstantExpression(call.safe), array(call.arguments), plain ? ConstantExpression.NULL : locals()), call)
    }

    private Expression constructorCall(ConstructorCallExpression call) {
        call.arguments
        if (call.specialCall || call.type.name.startsWith('[')) { return call.transformExpression(this) }
        placed(Instrument.guard('construct', new ClassExpression(call.type), array(transform(call.arguments))), call)
    }

    private Expression property(PropertyExpression expression) {
        if (expression.objectExpression.text == 'this') { return expression }
        if (expression.spreadSafe) { throw new Fault('sandbox', "${expression.text}: *. is not judged here; use a loop") }
        def receiver = expression.objectExpression instanceof ClassExpression ? expression.objectExpression : transform(expression.objectExpression)
        placed(Instrument.guard('get', receiver, transform(expression.property), new ConstantExpression(expression.safe)), expression)
    }

    private Expression binary(BinaryExpression expression) {
        def left = expression.leftExpression
        if (expression.operation.text == '=' && left instanceof PropertyExpression) {
            return placed(Instrument.guard('set', transform(left.objectExpression), transform(left.property), transform(expression.rightExpression)), expression)
        }
        expression.rightExpression = transform(expression.rightExpression)
        if (!expression.operation.text.endsWith('=') || expression.operation.text in ['==', '!=', '<=', '>=']) { expression.leftExpression = transform(left) }
        expression
    }

    private MapExpression locals() {
        new MapExpression(scopes.flatten().unique().collect { new MapEntryExpression(new ConstantExpression(it), new VariableExpression((String) it)) })
    }

    private static ConstantExpression text(String name) { new ConstantExpression(name ?: 'a call') }

    /** Arguments as an array; named ones become the map that Groovy makes of them. */
    private static Expression array(Expression arguments) {
        def given = arguments instanceof TupleExpression ? arguments.expressions : [arguments]
        def plainOnes = given.collect { it instanceof NamedArgumentListExpression ? new MapExpression(it.mapEntryExpressions) : it }
        if (plainOnes.any { it instanceof SpreadExpression }) { throw new Fault('sandbox', 'spread arguments are not judged here') }
        new ArrayExpression(OBJECT_TYPE, plainOnes as List<Expression>)
    }

    private static Expression placed(Expression made, Expression original) {
        made.sourcePosition = original
        made
    }
}
