/** Runs a script before and after the pass. */
import { runInNewContext } from "node:vm";
import { inlineFunctions } from "./inline";

/** What a script says by `say(…)`, and the error it ends with, if it does. */
export function traceOf(code: string): string[] {
  const said: string[] = [];
  const say = (value: unknown) => {
    said.push(String(JSON.stringify(value)));
    return value;
  };
  try {
    runInNewContext(code, { say });
  } catch (error) {
    said.push(`threw ${typeof error === "number" ? error : (error as Error).message}`);
  }
  return said;
}

export interface Inlined {
  code: string;
  /** The names of the functions that are left. */
  left: string[];
  before: string[];
  after: string[];
}

export async function inline(code: string): Promise<Inlined> {
  const inlined = await inlineFunctions(code);
  const left = [...inlined.matchAll(/function ([\w$]+)/g)].map((found) => found[1]!);
  return { code: inlined, left, before: traceOf(code), after: traceOf(inlined) };
}
