/** Functions that are called several times, but are so small that a copy for each call takes no more than the function does. */
import type { Bindings } from "./bindings";
import type { Candidate } from "./candidates";
import type { Plan } from "./fold-call";
import { freshName } from "./names";
import { copyOf, type Statement } from "./nodes";
import { sizeOf } from "./size";
import type { Script } from "./steady";

/** A function takes this many variables, and one for each parameter. */
const VARIABLES_OF_FUNCTION = 5;
/** So many characters may the script grow to save one. */
const CHARACTERS_FOR_VARIABLE = 6;
/** Of `const p=…;`. */
const BOUND = 9;

/** Whether the script grows no more by copies in the place of the calls than saving the function is worth. */
export function isWorthCopies(plans: Plan[]): boolean {
  const { f } = plans[0]!.job;
  const grown = plans.reduce((sum, plan) => sum + copySize(plan) - sizeOf(plan.job.call), 0) - sizeOf(f);
  return grown <= CHARACTERS_FOR_VARIABLE * (VARIABLES_OF_FUNCTION + f.params.length);
}

function copySize({ job, use, parameters }: Plan): number {
  const body = sizeOf(job.f.body) - (use ? 0 : "{return ;}".length);
  const passed = parameters.map(({ binding, value, isReplaced }) => {
    if (!isReplaced) return sizeOf(value) + BOUND;
    return binding.references.length * (sizeOf(value) - 1);
  });
  return passed.reduce((sum, one) => sum + one, body);
}

/** Gives each call but the first a copy of the function, so that each is used once. */
export function copyForEach(candidates: Candidate[], bindings: Bindings, script: Script): void {
  const { f, binding } = candidates[0]!;
  const holder = bindings.parents.get(f) as { body: Statement[] };
  for (const { call } of candidates.slice(1)) {
    const copy = copyOf(f);
    const name = freshName(binding.name, script);
    copy.id!.name = name;
    (call.callee as { name: string }).name = name;
    holder.body.splice(holder.body.indexOf(f as Statement), 0, copy as Statement);
  }
}
