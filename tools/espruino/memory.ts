/** Measures the memory of the ESP8266's firmware on Espruino itself, booted from flash, with the crypto double in place of the kernels. */
import { At } from "../../src/crypto/workspace";
import { esp8266Shim } from "./esp8266-shim";
import { runEspruino } from "./run";
import { mark, samplerPrelude, withSamples } from "./sampler";
import { replayStorage, type Stage, startReplay } from "./stage";

/** A line of the table. */
export interface MemoryCase {
  name: string;
  stage: () => Promise<Stage>;
  /** What is found out is published after. */
  publishes?: boolean;
}

/** The lines with which a phase ends. */
const pollPhases = ["certificate matches", "closing connection"];
const publishPhases = ["publish: certificate matches", "publish: completed successfully"];

/** Variables in use, of 12 bytes each. Null where memory ran out before. */
export interface MemoryFigures {
  /** Between two polls, without the kernels' arena. */
  restWithoutArena: number | null;
  rest: number | null;
  /** From the start until the certificate matches; of poll and publication, the larger. */
  handshake: number | null;
  /** From then on until all is let go, likewise. */
  response: number | null;
}

/** Bytes of a variable of the board. */
const variableBytes = 12;
const arenaVariables = At.arena / variableBytes;
const timeout = 120_000;
/** Milliseconds after a poll's last line when it is at rest. */
const restAfter = 3000;

/** Measures one poll. Throws what Espruino printed if the poll ended badly for another reason than memory. */
export async function measureMemory(bin: string, { stage, publishes }: MemoryCase): Promise<MemoryFigures> {
  const replay = await startReplay(stage, { prepare: withSamples });
  try {
    const atRest = `setTimeout(function(){console.log("${mark}phase",$k);console.log("${mark}rest",$n().usage)},${restAfter});`;
    const prelude = samplerPrelude(esp8266Shim, publishes ? [...pollPhases, ...publishPhases] : pollPhases, atRest);
    const storage = replayStorage(replay, prelude);
    const { output } = await runEspruino({ bin, storage, until: /@rest \d+\n|MEMORY|is unknown|publish: failed/, timeout });
    return figuresOf(output);
  } finally {
    replay.server.close();
  }
}

function figuresOf(output: string): MemoryFigures {
  const phases = [...output.matchAll(new RegExp(`${mark}(?:cost|phase) (\\d+)(?: (\\d+))?`, "g"))].map((one) => [
    Number(one[1]),
    Number(one[2]),
  ]);
  const rest = new RegExp(`${mark}rest (\\d+)`).exec(output);
  const cost = phases.shift();
  if (!cost || (!rest && !output.includes("MEMORY"))) throw new Error(`the poll did not end well:\n${output}`);
  const [own, aSample] = cost as [number, number];
  const peaks = phases.map(([peak]) => peak! - own - aSample);
  // Handshake and response in turns; what is let go of at last counts as the response's.
  const largest = (wanted: number[]) => (wanted.length > 0 ? Math.max(...wanted) : null);
  return {
    restWithoutArena: rest ? Number(rest[1]) - own - arenaVariables : null,
    rest: rest ? Number(rest[1]) - own : null,
    handshake: largest(peaks.filter((_, i) => i % 2 === 0 && !(rest && i === peaks.length - 1))),
    response: largest(peaks.filter((_, i) => i % 2 === 1 || (rest !== null && i === peaks.length - 1))),
  };
}
