import fc from "fast-check";
import { expect, test } from "vitest";
import { inline } from "./inline.testing";
import { ProgramMaker } from "./programs.testing";

const RUNS = 200;
const MAX_FUNCTIONS = 6;
const CHOICES = 300;
const CHOICE_STEPS = 65_536;

test("a program does the same before and after", { timeout: 60_000 }, async () => {
  let folded = 0;
  const choice = fc.noBias(fc.nat(CHOICE_STEPS - 1).map((step) => step / CHOICE_STEPS));
  const choices = fc.array(choice, { minLength: CHOICES, maxLength: CHOICES });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: MAX_FUNCTIONS }), choices, async (functions, numbers) => {
      const program = new ProgramMaker(numbers).program(functions);
      const { before, after, code, left } = await inline(program);
      folded += (program.match(/function f\d/g)?.length ?? 0) - left.filter((name) => /^f\d/.test(name)).length;
      if (after.join() !== before.join()) expect({ program, code, trace: after }).toEqual({ program, code, trace: before });
    }),
    { numRuns: RUNS },
  );
  expect(folded).toBeGreaterThan(RUNS / 4);
});
