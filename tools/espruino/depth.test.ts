/** How deep calls are nested while the ESP8266's firmware runs, counted by Espruino itself: the check of the bundle (tools/build/gate) says of all that could be. */
import { full } from "acorn-walk";
import MagicString from "magic-string";
import { expect, test } from "vitest";
import { type AnyNode, parseScript } from "../build/syntax";
import { esp8266Shim } from "./esp8266-shim";
import { espruino1600Bin, espruinoBin, runEspruino } from "./run";
import { gitHub, gitHubAndPublish, replayStorage, type Stage, startReplay } from "./stage";

/** Calls from an event to the innermost function. */
const maxDepth = 6;
const patience = 60_000;

/** Each function counts itself while it runs. */
function withDepth(code: string): string {
  const text = new MagicString(code);
  full(parseScript(code), (node) => {
    const { type, body } = node as Extract<AnyNode, { type: "FunctionDeclaration" }>;
    if (!/Function/.test(type) || body.type !== "BlockStatement") return;
    text.appendLeft(body.start + 1, "$i();try{");
    text.prependRight(body.end - 1, "}finally{$n--}");
  });
  return text.toString();
}

const counter = 'var $n=0,$m=0;function $i(){if(++$n>$m){$m=$n;console.log("@depth",$m)}}\n';

const bin = espruinoBin ?? espruino1600Bin;
const byKey = gitHub({}, (standIn) => ({
  server: { host: "api.github.com", port: standIn.port, address: "127.0.0.1", caKeys: [standIn.identity.caKeySha256] },
}));
const stages: [string, () => Promise<Stage>, RegExp][] = [
  ["a poll", gitHub(), /closing connection\n|is unknown|MEMORY/],
  ["a poll with a CA's key", byKey, /closing connection\n|is unknown|MEMORY/],
  ["a poll and a publication", gitHubAndPublish(), /publish: (completed|failed)|is unknown|MEMORY/],
];

test.skipIf(!bin).each(stages)(
  "%s nests calls six deep at most (needs ESPRUINO_BIN)",
  { timeout: patience },
  async (_name, stage, until) => {
    const replay = await startReplay(stage, { prepare: withDepth });
    try {
      const { output } = await runEspruino({ bin: bin!, storage: replayStorage(replay, esp8266Shim + counter), until, timeout: patience });
      const deepest = Number([...output.matchAll(/@depth (\d+)/g)].at(-1)?.[1]);
      expect(output).toMatch(/CI successful!|publish: completed/);
      expect(deepest).toBeGreaterThan(3);
      expect(deepest).toBeLessThanOrEqual(maxDepth);
    } finally {
      replay.server.close();
    }
  },
);
