/** Makes small programs of functions that call each other, with few names, so that they clash. */

const NAMES = ["a", "b", "c", "n", "hs"];
const MAX_DEPTH = 3;
const MAX_CALLS = 2;

/** What the code at hand may name. */
interface Scope {
  readable: string[];
  writable: string[];
  /** What the very block will declare. Until then no one may read it, nor what it hides. */
  coming: string[];
  /** Functions that may still be called from here. */
  callable: string[];
  /** Closures that change a variable, to be called at any time. */
  closures: string[];
}

export class ProgramMaker {
  private depth = 0;
  private closures = 0;
  private readonly calls = new Map<string, number>();

  /** @param numbers from 0 to below 1, one for each choice; after the last it goes on with the first */
  constructor(private readonly numbers: number[]) {}

  private at = 0;

  private below(limit: number): number {
    return Math.floor(this.numbers[this.at++ % this.numbers.length]! * limit);
  }

  private one<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  private maybe(percent: number): boolean {
    return this.below(100) < percent;
  }

  /** A script that says what it does by `say(…)`. */
  program(functions: number): string {
    const globals: Scope = { readable: ["n", "s.n", "s.k"], writable: ["n", "s.n"], coming: [], callable: [], closures: [] };
    const texts: string[] = [];
    const names: string[] = [];
    for (let index = 0; index < functions; index++) {
      const name = `f${index}`;
      const parameters = NAMES.filter(() => this.maybe(30));
      texts.push(this.functionText(name, parameters, { ...globals, callable: [...names] }));
      names.push(name);
    }
    const last = names.at(-1)!;
    const runs = [0, 1, 2].map((x) => `say([p.go(${x}, ${x + 1}), p.state()]);`);
    return `function part() {
let n = 1;
const s = { n: 2, k: 3 };
${texts.join("\n")}
return { go: ${last}, state: function () { return [n, s.n]; } };
}
const p = part();
${runs.join("\n")}`;
  }

  private functionText(name: string, parameters: string[], around: Scope): string {
    const inner = this.scopeWithin(around, parameters, true);
    return `function ${name}(${parameters.join(", ")}) {\n${this.statements(inner)}}`;
  }

  private scopeWithin(around: Scope, declared: string[], isWritable: boolean): Scope {
    const coming = NAMES.filter((name) => !declared.includes(name) && this.maybe(40));
    const kept = (list: string[]) => list.filter((one) => !declared.includes(one) && !coming.includes(one));
    return {
      ...around,
      readable: [...kept(around.readable), ...declared],
      writable: [...kept(around.writable), ...(isWritable ? declared : [])],
      coming,
    };
  }

  private statements(scope: Scope): string {
    this.depth++;
    let text = "";
    for (let count = this.below(4) + 1; count > 0; count--) text += this.statement(scope);
    this.depth--;
    return text;
  }

  private block(scope: Scope): string {
    return `{\n${this.statements(this.scopeWithin(scope, [], true))}}`;
  }

  private statement(scope: Scope): string {
    const choice = this.depth > MAX_DEPTH ? this.below(7) : this.below(14);
    switch (choice) {
      case 0:
      case 1:
        return this.declaration(scope);
      case 2:
        return `say(${this.expression(scope)});\n`;
      case 3:
        return `${this.one(scope.writable)} ${this.one(["=", "+="])} ${this.expression(scope)};\n`;
      case 4:
      case 5:
        return `${this.call(scope)};\n`;
      case 6:
        return this.maybe(50) ? `return ${this.expression(scope)};\n` : this.maybe(50) ? "return;\n" : `throw ${this.below(9)};\n`;
      case 7:
        return `if (${this.expression(scope)}) ${this.block(scope)} else ${this.block(scope)}\n`;
      case 8:
        return `if (${this.expression(scope)}) ${this.maybe(50) ? this.block(scope) : `${this.call(scope)};`}\n`;
      case 9:
        return `if (${this.expression(scope)}) return ${this.expression(scope)};\n`;
      case 10: {
        const name = `i${this.depth}`;
        const inner = this.scopeWithin(scope, [], true);
        inner.readable = [...inner.readable, name];
        return `for (let ${name} = 0; ${name} < 2; ${name}++) ${this.block(inner)}\n`;
      }
      case 11: {
        const inner = this.scopeWithin(scope, ["e"], false);
        return `try ${this.block(scope)} catch (e) { say(e); ${this.statements(this.scopeWithin(inner, [], true))} }\n`;
      }
      case 12:
        return `switch (${this.expression(scope)}) { case 1: ${this.call(scope)}; break; case 2: ${this.block(scope)} default: ${this.call(scope)}; }\n`;
      default:
        return `${this.one([`${this.expression(scope)} ? ${this.call(scope)} : ${this.call(scope)}`, `${this.expression(scope)} && ${this.call(scope)}`])};\n`;
    }
  }

  private declaration(scope: Scope): string {
    if (this.maybe(8)) {
      const closure = `w${this.closures++}`;
      const text = `const ${closure} = () => { ${this.one(scope.writable)} += ${this.expression(scope)}; };\n`;
      scope.closures = [...scope.closures, closure];
      return text;
    }
    const name = scope.coming.pop();
    if (!name) return "";
    const isConst = this.maybe(60);
    const value = this.maybe(6) ? `(() => ${this.expression(scope)})()` : this.expression(scope);
    const isEmpty = !isConst && this.maybe(20);
    scope.readable = [...scope.readable, name];
    if (!isConst) scope.writable = [...scope.writable, name];
    return isEmpty ? `let ${name};\n` : `${isConst ? "const" : "let"} ${name} = ${value};\n`;
  }

  private call(scope: Scope): string {
    const free = scope.callable.filter((name) => (this.calls.get(name) ?? 0) < MAX_CALLS && !this.isSpent(name));
    if (scope.closures.length > 0 && this.maybe(30)) return `${this.one(scope.closures)}()`;
    if (free.length === 0) return `say(${this.atom(scope)})`;
    const name = this.one(free);
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
    const passed = Array.from({ length: this.below(4) }, () => (this.maybe(70) ? this.atom(scope) : this.expression(scope)));
    return `${name}(${passed.join(", ")})`;
  }

  /** Most functions are called once. */
  private isSpent(name: string): boolean {
    return (this.calls.get(name) ?? 0) > 0 && this.maybe(85);
  }

  private expression(scope: Scope): string {
    switch (this.below(this.depth > MAX_DEPTH ? 3 : 9)) {
      case 0:
      case 1:
        return this.atom(scope);
      case 2:
        return `${this.atom(scope)} ${this.one(["+", "-", ">", "==="])} ${this.atom(scope)}`;
      case 3:
      case 4:
        return this.call(scope);
      case 5:
        return `${this.atom(scope)} + ${this.call(scope)}`;
      case 6:
        return `${this.call(scope)} + ${this.atom(scope)}`;
      case 7:
        return this.maybe(50) ? `(${this.atom(scope)} ? ${this.call(scope)} : ${this.atom(scope)})` : `!${this.call(scope)}`;
      default:
        return `say(${this.atom(scope)})`;
    }
  }

  private atom(scope: Scope): string {
    return this.maybe(70) ? this.one(scope.readable) : String(this.below(4));
  }
}
