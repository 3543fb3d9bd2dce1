import { describe, expect, test } from "vitest";
import { inline } from "./inline.testing";

/** Functions named f… are used once; the part calls `go` with 0, 1 and 2. */
function part(functions: string): string {
  return `function part() {\n${functions}\nreturn { go: go };\n}\nvar p = part();\nsay(p.go(0));\nsay(p.go(1));\nsay(p.go(2));`;
}

/** Inlines the part and holds its trace against that of the original. */
async function folded(functions: string): Promise<{ code: string; left: string[] }> {
  const { code, left, before, after } = await inline(part(functions));
  expect(after).toEqual(before);
  return { code, left: left.filter((name) => name !== "part") };
}

describe("folded", () => {
  test.each([
    ["return f(x)", "function f(x) { if (x) return 'yes'; say('no'); } function go(x) { say(x); return f(x); }"],
    [
      "return f(x) in a branch, without a value",
      "function f(x) { if (x > 1) return; say(x); } function go(x) { if (x) return f(x); return 9; }",
    ],
    ["f(x) at the end", "function f(x) { if (!x) return 5; say(x); return 6; } function go(x) { say('a'); f(x); }"],
    [
      "f(x) at the end of branches",
      "function f(x) { if (x > 1) return; say(x); } function g(x) { say(-x); } function go(x) { if (x) f(x); else g(x); }",
    ],
    [
      "f(x) before return",
      "function f(x) { if (x > 1) return say('two'); say(x); } function go(x) { if (x) { f(x); return; } say('zero'); }",
    ],
    [
      "f(x) that ends a case",
      "function f(x) { if (say(x)) return; say('not'); } function go(x) { switch (x) { case 0: f(x); break; default: say(3); } }",
    ],
    ["f(x) that ends what is tried", "function f(x) { if (x) throw x; } function go(x) { try { f(x); } catch (e) { say(e); } }"],
    ["x ? f(x) : g(x)", "function f(x) { say('f'); say(x); } function g(x) { say('g'); } function go(x) { x ? f(x) : g(x); }"],
    ["x && f(x)", "function f(x) { say('f'); say(x); } function go(x) { x && f(x); }"],
    ["f(x) with something after it", "function f(x) { const y = x + 1; say(y); } function go(x) { f(x); say('after'); }"],
    [
      "an early return with something after it",
      "function f(x) { if (!x) return; const y = x + 1; say(y); } function go(x) { f(x); say('after'); }",
    ],
    [
      "returns in both branches",
      "function f(x) { if (x) { if (x > 1) return say(1); say(2); } else return say(3); say(4); } function go(x) { f(x); say('after'); }",
    ],
    ["const y = f(x)", "function f(x) { const z = x * 2; return z + 1; } function go(x) { const y = f(x); say(y); return y; }"],
    [
      "const y = f(x) with several returns",
      "function f(x) { if (x > 1) return 'many'; if (x) return 'one'; return 'none'; } function go(x) { const y = f(x); say(y); return y; }",
    ],
    [
      "a function that may give nothing",
      "function f(x) { if (x > 1) return 'many'; say(x); } function go(x) { const y = f(x); return [y]; }",
    ],
    ["y = f(x)", "function f(x) { if (x) return 1; return 2; } function go(x) { let y = 3; y = f(y - x); return y; }"],
    ["o.y = f(x)", "function f(x) { const z = x * 2; return z + 1; } function go(x) { const o = {}; o.y = f(x); return o; }"],
    ["if (!f(x))", "function f(x) { say('f'); return x > 1; } function go(x) { if (!f(x)) return 'small'; return 'big'; }"],
    [
      "else if (f(x))",
      "function f(x) { say('f'); return x > 1; } function go(x) { if (!x) say(0); else if (f(x)) say('big'); else say('small'); }",
    ],
    ["in an argument", "function f(x) { say('f'); return x > 1; } function go(x) { say(f(x)); }"],
    [
      "a chain",
      "function h(x) { say(x); return x + 1; } function g(x) { say('g'); return h(x); } function f(x) { return g(x) + 1; } function go(x) { return f(x); }",
    ],
    ["const y = x ? f(x) : 0", "function f(x) { say(x); return x + 1; } function go(x) { const y = x ? f(x) : 0; return y; }"],
    ["if (x && f(x))", "function f(x) { say(x); return x > 1; } function go(x) { if (x && f(x)) say(8); return 9; }"],
    ["return x ? f(x) : 0", "function f(x) { say(x); return x + 1; } function go(x) { return x ? f(x) : 0; }"],
    [
      "called twice, and short",
      "function f(x) { if (x > 1) throw x; } function go(x) { f(x); say(x); f(x + 1); return f2(x) + f2(3); } function f2(x) { return x * 2; }",
    ],
    [
      "a switch that returns, and what follows it",
      "function f(x) { switch (x) { case 0: case 3: return 'none'; case 1: if (say(x)) return 'one'; return 'no'; } return 'many'; } function go(x) { const y = f(x); say(y); return y; }",
    ],
    [
      "a switch with a default",
      "function f(x) { switch (x) { case 0: return 'none'; default: return 'some'; } } function go(x) { f2(f(x)); return 1; } function f2(x) { say(x); }",
    ],
    [
      "a branch that goes on where another returns",
      "function f(x) { if (x) { const y = x + 1; if (y > 2) return 'many'; say(y); } return 'few'; } function go(x) { const z = f(x); say(z); return z; }",
    ],
    [
      "arguments that only read",
      "const s = { n: 3 }; function f(a, b) { return 'abcdef'.charCodeAt(a) > 'abcdef'.charCodeAt(b); } function go(x) { s.n = x; return x && !f(s.n, x - 1); }",
    ],
    [
      "a closure as an argument before",
      "function f(x) { const y = x + 1; return y; } function m(a, b) { return a() + b; } function go(x) { const h = m.bind(null, () => x, f(x)); return h(); }",
    ],
    ["in a loop", "function f(i) { let n; if (i) n = i; say(n); } function go(x) { for (let i = 0; i < 3; i++) f(i); }"],
    ["in an arrow function's expression", "function f(x) { say('f'); return x; } function go(x) { return [1].map((y) => f(x)); }"],
    [
      "an expression wherever it stands",
      "function f(x) { return x + 1; } function go(x) { while (f(x) < 3) x++; return x > 5 || f2(x); } function f2(x) { return x * 2; }",
    ],
    [
      "this as an argument",
      "function f(c, x) { say(x); return c.n; } function m(x) { return f(this, x); } function go(x) { const o = { n: 7, m: m }; return o.m(x); }",
    ],
    ["a function of a function", "function go(x) { function f(y) { say(y + x); } say('a'); f(3); return x; }"],
  ])("%s", async (_name, functions) => {
    const { left } = await folded(functions);
    expect(left.filter((name) => name !== "go" && name !== "m")).toEqual([]);
  });
});

describe("left as it is", () => {
  test.each([
    ["used as a value", "function f(x) { say(x); } function go(x) { [x].forEach(f); }"],
    [
      "called twice, and long",
      "function f(x) { say('a text of some length'); say(x + 1); say('and another of some length'); } function go(x) { f(x); f(2); }",
    ],
    ["recursive", "function f(x) { if (x) f(x - 1); say(x); } function go(x) { return x; }"],
    ["uses this", "function f() { return this; } function go(x) { return typeof f(); }"],
    ["uses arguments", "function f() { return arguments.length; } function go(x) { return f(x, x); }"],
    ["evaluated not first", "function f(x) { say('f'); return x; } function go(x) { return say(x) + f(x); }"],
    ["evaluated maybe", "function f(x) { say('f'); return x; } function go(x) { return x && f(x) === 2; }"],
    [
      "a switch that is left by break",
      "function f(x) { switch (x) { case 0: if (say(x) === 0) break; return 'zero'; case 1: return 'one'; } return 'many'; } function go(x) { const y = f(x); say(y); return y; }",
    ],
    ["a return in a loop", "function f(x) { while (true) { if (x++ > 1) return; say(x); } } function go(x) { f(x); say('after'); }"],
    ["makes a function", "function f(x) { return [1].map(() => x); } function go(x) { say(0); return f(x); }"],
  ])("%s", async (_name, functions) => {
    const { left } = await folded(functions);
    expect(left).toContain("f");
  });
});

describe("hygiene", () => {
  test.each([
    ["locals of one name", "function f(x) { const y = x + 1; say(y); } function go(x) { const y = 5; f(x); return y; }"],
    [
      "a parameter named as another local",
      "function f(y) { const z = y + 1; say(z); } function go(x) { const y = 5, z = 6; f(x); return y + z; }",
    ],
    [
      "a caller's local that hides what the function means",
      "const n = 10; function f(x) { say(n + x); } function go(x) { const n = 1; f(n); return n; }",
    ],
    ["a caller's parameter that hides it", "const n = 10; function f(x) { say(n + x); } function go(n) { f(n); return n; }"],
    ["a local that hides a global", "function f(x) { return Math.max(x, 1); } function go(x) { const Math = 3; return f(x) + Math; }"],
    [
      "an inner block's local",
      "const n = 10; function f(x) { say(n + x); } function go(x) { if (x) { let n = 3; f(x); n++; say(n); } return n; }",
    ],
    ["a catch clause's", "const e = 10; function f(x) { say(e + x); } function go(x) { try { throw 4; } catch (e) { f(e); } }"],
    ["a parameter that is written", "function f(n) { n++; say(n); } function go(x) { f(x); return x; }"],
    [
      "an argument that is written afterwards",
      "function f(n) { say(n); } function go(x) { f(x); x++; f2(x); return x; } function f2(n) { n = 4; say(n); }",
    ],
    ["an argument that another argument writes", "function f(a, b) { say(a); say(b); } function go(x) { f(x, x = 5); return x; }"],
    [
      "an argument that the function changes",
      "const s = { n: 1 }; function f(a) { s.n = 5; say(a); } function go(x) { f(s.n); return s.n; }",
    ],
    ["an argument that a closure changes", "function f(a, g) { g(); say(a); } function go(x) { f(x, () => { x = 7; }); return x; }"],
    ["arguments in their order", "function f(a, b) { say(b); say(a); } function go(x) { f(say(x), say(x + 1)); }"],
    [
      "an argument that nothing reads",
      "function f(a) { say('f'); } function go(x) { f(say(x)); f2(1, say(x)); } function f2(a) { say(a); }",
    ],
    ["a missing argument", "function f(a, b) { say([a, b]); } function go(x) { const b = 4; f(x); return b; }"],
    [
      "a loop's fresh variables",
      "function f(i) { let seen; if (i === 1) seen = true; say(seen); } function go(x) { let i = 0; while (i < 3) { f(i); i++; } }",
    ],
    [
      "blocks of one name",
      "function f(x) { const a = x; if (x) { const a = 2; say(a); } say(a); } function go(x) { const a = 9; if (x) { f(x); } return a; }",
    ],
    ["what is read before it", "function f(x) { s.n++; return s.n; } const s = { n: 1 }; function go(x) { return s.n + f(x); }"],
    ["a variable that is read before it", "let n = 1; function f(x) { n++; say(n); return n; } function go(x) { return n + f(x); }"],
    [
      "a loop's fresh value",
      "function f(x) { let n; if (x) n = x; return n; } function go(x) { for (let i = 0; i < 3; i++) { const y = f(i === 1); say(y); } }",
    ],
    [
      "an argument that a closure changes which was made before",
      "function f(a, g) { g(); say(a); } function go(x) { const g = () => { x = 7; }; f(x, g); return x; }",
    ],
    [
      "an argument that the caller changes when it is called again",
      "let n = 0; function f(a) { if (a < 2) again(); say(a); } function go(x) { n += 1; f(n); } function again() { go(0); say(n); }",
    ],
    [
      "an argument that the function's own call changes",
      "const s = { n: 1 }; function bump(x) { s.n++; say(x); say(s.n); say('bumped, which is said here'); return 0; } function f(a) { return bump(1) + a; } function go(x) { bump(x); return x || f(s.n); }",
    ],
    [
      "a branch's local of a name that what follows means otherwise",
      "const y = 10; function f(x) { if (x) { const y = x; if (y > 1) return 'many'; say(y); } return y; } function go(x) { const z = f(x); say(z); return z; }",
    ],
    [
      "properties of a variable's name",
      "function f(hs) { const n = 1; say({ n: hs.n }); } function go(x) { const n = { n: 4, hs: 5 }; f(n); return n; }",
    ],
  ])("%s", async (_name, functions) => {
    await folded(functions);
  });
});

test("shorthand properties survive a change of name", async () => {
  await folded("function f(x) { const n = x + 1; say({ n }); say(n); } function go(x) { const n = 5; f(x); return { n }; }");
});

test("a call from the script itself is folded only if nothing stays behind", async () => {
  const left = async (body: string) => (await inline(`function f(x) { ${body} }\nf(3);`)).left;
  expect(await left("say(x); say(4);")).toEqual([]);
  expect(await left("const y = x + 1; say(y); say(y);")).toEqual(["f"]);
});
