/**
 * An instrumented copy of a bundle: before each statement that the interpreter executes it calls the global `__count(n)`.
 *
 * Counted are all statements but blocks, function declarations and empty ones, and beyond them what costs the interpreter like one: each
 * declarator with a value after a declaration's first, each test and update of a loop, the expression that is an arrow function's body.
 * The minifier turns `if` into `&&`, `||` and `?:`; what such an expression executes after its test is counted as the statement it was,
 * wherever it stands in a statement's place: as the statement itself, as what it returns, throws or assigns, or as a declarator's value.
 */
import { type AnyNode, parse } from "acorn";
import { fullAncestor } from "acorn-walk";
import MagicString from "magic-string";

const UNCOUNTED = new Set(["BlockStatement", "FunctionDeclaration", "EmptyStatement", "LabeledStatement"]);
/** Loops whose test is counted at each turn, instead of the statement. */
const TESTED_LOOPS = new Set(["WhileStatement", "DoWhileStatement"]);

/** Begins a script that counts by function. */
const TALLY = "var __tallies={};function __tally(name){__tallies[name]=(__tallies[name]||0)+1;__count(1)}";

type Expression = AnyNode | null | undefined;

class Instrumenter {
  private readonly text: MagicString;
  /** The call that counts one statement. */
  private call = "__count(1)";

  constructor(
    private readonly source: string,
    private readonly byFunction: boolean,
  ) {
    this.text = new MagicString(source);
  }

  instrument(): string {
    const program = parse(this.source, { ecmaVersion: 2020, sourceType: "script" });
    fullAncestor(program, (node, _state, ancestors) => {
      if (this.byFunction) this.call = `__tally(${JSON.stringify(enclosingFunction(ancestors as AnyNode[]))})`;
      this.visit(node as AnyNode);
    });
    return (this.byFunction ? TALLY : "") + this.text.toString();
  }

  private visit(node: AnyNode): void {
    switch (node.type) {
      case "Program":
      case "BlockStatement":
        for (const statement of node.body) this.countStatement(statement);
        return;
      case "SwitchCase":
        for (const statement of node.consequent) this.countStatement(statement);
        return;
      case "IfStatement":
        this.countBody(node.consequent);
        if (node.alternate) this.countBody(node.alternate);
        return;
      case "ForStatement":
        this.countExpression(node.test);
        this.countExpression(node.update);
        this.countBody(node.body);
        return;
      case "ForInStatement":
      case "ForOfStatement":
        this.countBody(node.body);
        return;
      case "WhileStatement":
      case "DoWhileStatement":
        this.countExpression(node.test);
        this.countBody(node.body);
        return;
      case "ArrowFunctionExpression":
        if (node.expression) this.countExpression(node.body);
        return;
      default:
        this.visitValue(node);
    }
  }

  /** Where a minified `if` can hide. */
  private visitValue(node: AnyNode): void {
    if (node.type === "ExpressionStatement") this.countHidden(node.expression);
    if (node.type === "ReturnStatement" || node.type === "ThrowStatement") this.countHidden(node.argument);
    if (node.type === "VariableDeclarator") this.countHidden(node.init);
    if (node.type === "VariableDeclaration") {
      for (const declarator of node.declarations.slice(1)) this.countExpression(declarator.init);
    }
  }

  private countStatement(statement: AnyNode): void {
    if (UNCOUNTED.has(statement.type) || TESTED_LOOPS.has(statement.type)) return;
    this.text.prependRight(statement.start, `${this.call};`);
  }

  /** A statement that stands where no list of statements can. */
  private countBody(body: AnyNode): void {
    if (body.type === "BlockStatement") return;
    this.countStatement(body);
    this.text.prependRight(body.start, "{");
    this.text.appendLeft(body.end, "}");
  }

  private countExpression(expression: Expression): void {
    if (!expression) return;
    this.text.prependRight(expression.start, `(${this.call},`);
    this.text.appendLeft(expression.end, ")");
  }

  /** Counts what comes after the test of an expression in a statement's place. */
  private countHidden(expression: Expression): void {
    if (!expression) return;
    if (expression.type === "LogicalExpression") this.countHiddenStatement(expression.right);
    else if (expression.type === "ConditionalExpression") {
      this.countHiddenStatement(expression.consequent);
      this.countHiddenStatement(expression.alternate);
    } else if (expression.type === "AssignmentExpression") this.countHidden(expression.right);
    else if (expression.type === "SequenceExpression") {
      this.countHidden(expression.expressions[0]);
      for (const later of expression.expressions.slice(1)) this.countHiddenStatement(later);
    }
  }

  private countHiddenStatement(expression: AnyNode): void {
    this.countExpression(expression);
    this.countHidden(expression);
  }
}

/** The name of the innermost function that has one, and for those inside it that have none a mark. */
function enclosingFunction(ancestors: AnyNode[]): string {
  for (let at = ancestors.length - 1; at >= 0; at--) {
    const node = ancestors[at];
    if (node.type === "FunctionDeclaration" && node.id) return node.id.name;
    if (node.type !== "FunctionExpression" && node.type !== "ArrowFunctionExpression") continue;
    const parent = ancestors[at - 1];
    if (parent?.type === "Property" && parent.key.type === "Identifier") return parent.key.name;
    if (parent?.type === "VariableDeclarator" && parent.id.type === "Identifier") return parent.id.name;
    if (parent?.type === "AssignmentExpression" && parent.left.type === "MemberExpression" && parent.left.property.type === "Identifier") {
      return parent.left.property.name;
    }
  }
  return "(script)";
}

/** Gives the bundle with calls of `__count` in it. */
export function instrument(source: string): string {
  return new Instrumenter(source, false).instrument();
}

/** The same, and keeps in the global object `__tallies` how many statements each function executed. */
export function instrumentByFunction(source: string): string {
  return new Instrumenter(source, true).instrument();
}
