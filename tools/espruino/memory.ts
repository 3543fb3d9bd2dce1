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
}

/** Variables in use, of 12 bytes each. Null where memory ran out before. */
export interface MemoryFigures {
  /** Between two polls, without the kernels' arena. */
  restWithoutArena: number | null;
  rest: number | null;
  /** From the start until the certificate matches. */
  handshake: number | null;
  /** From then on until all is let go. */
  response: number | null;
}

/** Bytes of a variable of the board. */
const variableBytes = 12;
const arenaVariables = At.arena / variableBytes;
const timeout = 120_000;
/** Milliseconds after a poll's last line when it is at rest. */
const restAfter = 3000;

/** Measures one poll. Throws what Espruino printed if the poll ended badly for another reason than memory. */
export async function measureMemory(bin: string, { stage }: MemoryCase): Promise<MemoryFigures> {
  const replay = await startReplay(stage, { prepare: withSamples });
  try {
    const atRest = `setTimeout(function(){console.log("${mark}phase",$k);console.log("${mark}rest",$n().usage)},${restAfter});`;
    const prelude = samplerPrelude(esp8266Shim, ["certificate matches", "closing connection"], atRest);
    const storage = replayStorage(replay, prelude);
    const { output } = await runEspruino({ bin, storage, until: /@rest \d+\n|MEMORY|is unknown/, timeout });
    return figuresOf(output);
  } finally {
    replay.server.close();
  }
}

function figuresOf(output: string): MemoryFigures {
  const found = [...output.matchAll(new RegExp(`${mark}(?:cost|phase|rest) (\\d+)(?: (\\d+))?`, "g"))];
  const [cost, handshake, response, after, rest] = found.map((one) => [Number(one[1]), Number(one[2])] as const);
  if (!cost || (!rest && !output.includes("MEMORY"))) throw new Error(`the poll did not end well:\n${output}`);
  const [own, aSample] = cost;
  const less = (figure: readonly [number, number] | undefined, taken: number) => (figure ? figure[0] - taken : null);
  return {
    restWithoutArena: less(rest, own + arenaVariables),
    rest: less(rest, own),
    handshake: less(handshake, own + aSample),
    response: less(after && response && after[0] > response[0] ? after : response, own + aSample),
  };
}
