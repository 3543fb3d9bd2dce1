import { createContext, runInContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { withoutPrototypes } from "./without-prototypes";

describe("without prototypes", () => {
  test("types stand for an empty object, and what they are needed for has a name of its own", () => {
    const code = withoutPrototypes("var text=String.fromCharCode(65),bytes=new Uint8Array(2);function f(){return new Uint8Array(1)}");
    expect(code).toBe(
      "var F=Function,B=Uint8Array,C=String.fromCharCode,O={};Object=Function=String=Array=Number=ArrayBufferView=Uint8Array=Uint32Array=O;" +
        "var text=C(65),bytes=B(2);function f(){return B(1)}",
    );
  });
  test("methods are still found", () => {
    const context = createContext({});
    runInContext(withoutPrototypes('var a=[1,2],t="abc";a.push(3);var s=t.substr(1)+a.length;'), context);
    expect(context.s).toBe("bc3");
  });
  test("a property of the same name is something else", () => {
    expect(withoutPrototypes("o.Object=1;x={String:2}")).toContain("o.Object=1;x={String:2}");
  });
  test.each(["Object.keys(o)", "f(Array)", "Number(x)", "String(x)"])("what is not there fails the build: %s", (use) => {
    expect(() => withoutPrototypes(use)).toThrow("is not there on the board");
  });
});
