import { createContext, runInContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { packParts } from "./pack-parts";
import { withoutPrototypes } from "./without-prototypes";

const script = `
function part_a() { function f() { return part_b().g() + 1; } return { f: f }; }
function part_b() { function g() { return base; } return { g: g }; }
var base = 40;
give(part_a().f() + part_b().g());`;

/** Runs a packed firmware as the loader does: all up to the zero byte, with the whole in `t`. */
function run(t: string, boot = ""): unknown[] {
  const given: unknown[] = [];
  const context = createContext({ give: (x: unknown) => given.push(x), t });
  runInContext(boot + t.split("\0")[0], context);
  return given;
}

describe("packed parts", () => {
  test("are loaded from behind the script, also by one another", () => {
    const packed = packParts(withoutPrototypes(script), ["part_a", "part_b"]);
    expect(packed.split("\0")[0]).not.toContain("function part_");
    expect(packed.split("\0")[0]).not.toContain("return base");
    expect(run(packed)).toEqual([81]);
  });
  test("are found in the boot code where no loader left the firmware", () => {
    const packed = packParts(withoutPrototypes(script), ["part_a", "part_b"]);
    const given: unknown[] = [];
    const context = createContext({
      give: (x: unknown) => given.push(x),
      require: () => ({ read: (name: string) => name === ".bootcde" && packed }),
    });
    runInContext(packed.split("\0")[0]!, context);
    expect(given).toEqual([81]);
  });
  test("leave a script without parts as it is", () => {
    expect(packParts("give(1);", [])).toBe("give(1);");
  });
  test("may only be called", () => {
    expect(() => packParts("function part_a(){return{}}give(part_a);", ["part_a"])).toThrow("may only be called");
  });
  test("need the firmware's name for themselves", () => {
    expect(() => packParts("function part_a(){return{}}function f(t){part_a()}", ["part_a"])).toThrow("the name t is taken");
  });
});
