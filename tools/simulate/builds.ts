/** Builds that begin and end at random times, as the statuses and check runs that they leave at GitHub. */
import type { CheckRun, RepositoryChanges } from "../github-stand-in/server";
import type { VirtualTime } from "../virtual-board/virtual-time";
import { Random } from "./random";
import type { Side, SideState, Source } from "./truth";
import { HOUR, MINUTE } from "./units";

/** A repository as the config names it. */
export interface SimulatedTarget {
  owner: string;
  repo: string;
  ref: string;
  /** What the serial port calls it; without one "owner/repo". */
  label?: string;
}

export const TARGETS: readonly SimulatedTarget[] = [
  { owner: "esp8266", repo: "Arduino", ref: "master" },
  { owner: "espruino", repo: "Espruino", ref: "feature/wi-fi" },
  { owner: "curl", repo: "curl", ref: "master", label: "the third" },
];

const MEAN_PAUSE = 4 * HOUR;
const SHORTEST_BUILD = MINUTE;
const LONGEST_BUILD = 50 * MINUTE;
const FAILURES = 0.25;
/** Of the check runs that end: words that are neither good nor bad. */
const ODD_WORDS = 0.03;
const FAILING_WORDS = ["failure", "timed_out", "cancelled", "action_required", "startup_failure"];
const GOOD_WORDS = ["success", "success", "neutral", "skipped"];
const ODD_WORD = "stale";
const JOBS = ["lint", "build (20.x)", "build (22.x)", "docs"];
/** Some workflows have a job for each of many: more than a page of check runs has. */
const MATRIX = Array.from({ length: 34 }, (_, index) => `test (${index + 1})`);
const MATRICES = 0.05;

export interface BuildHooks {
  /** A side of a target is another from now on. */
  changed(target: number, side: Side, state: SideState, changes: RepositoryChanges): void;
}

export function nameOf(target: SimulatedTarget): string {
  return `${target.owner}/${target.repo}`;
}

function runsOf(state: SideState, jobs: readonly string[], random: Random): CheckRun[] {
  const special = random.below(jobs.length);
  return jobs.map((name, index) => {
    const good = { name, status: "completed", conclusion: random.pick(GOOD_WORDS) };
    if (index !== special) return good;
    if (state === "pending") return { name, status: random.pick(["queued", "in_progress", "waiting"]), conclusion: null };
    if (state === "failure") return { ...good, conclusion: random.pick(FAILING_WORDS) };
    return state === "unknown" ? { ...good, conclusion: ODD_WORD } : good;
  });
}

/** Lets one side of a target be built again and again. */
function buildSide(time: VirtualTime, random: Random, target: number, side: Side, hooks: BuildHooks): void {
  let jobs = JOBS;
  const show = (state: SideState): void => {
    const sha = Array.from({ length: 5 }, () => random.word().toString(16).padStart(8, "0")).join("");
    const changes = side === "checks" ? { checks: runsOf(state, jobs, random), actions: jobs.length > 2 && jobs !== MATRIX, sha } : { sha };
    hooks.changed(target, side, state, changes);
  };
  const rest = (): void => void time.after(random.wait(MEAN_PAUSE), build);
  const build = (): void => {
    jobs = random.part() < MATRICES ? MATRIX : JOBS.slice(0, 1 + random.below(JOBS.length));
    show("pending");
    time.after(random.spread(SHORTEST_BUILD, LONGEST_BUILD), () => {
      const isOdd = side === "checks" && random.part() < ODD_WORDS;
      show(isOdd ? "unknown" : random.part() < FAILURES ? "failure" : "success");
      rest();
    });
  };
  show("success");
  rest();
}

/** Begins the builds of the first `count` targets: of the first, all that `source` asks for; of the others of an `auto` source, one side. */
export function startBuilds(time: VirtualTime, seed: number, count: number, source: Source, hooks: BuildHooks): void {
  for (let target = 0; target < count; target++) {
    const both: Side[] = target === 0 ? ["statuses", "checks"] : target === 1 ? ["checks"] : ["statuses"];
    for (const side of source === "auto" ? both : [source])
      buildSide(time, new Random(seed, `build ${target} ${side}`), target, side, hooks);
  }
}
