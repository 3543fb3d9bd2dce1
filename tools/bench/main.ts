/**
 * `npm run bench`: the speed table and what a handshake and a response cost. `--json` prints the figures alone, `--check` compares them
 * with figures.json and fails on a regression, `--write` keeps them there, `--functions` lists where the statements are executed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { blobOf, GENERATED_FILE } from "../kernels/generate";
import { type CipherSuite, type Cost, type ExchangeFigures, measureClientAuthentication, measureExchange } from "./exchange";
import { type Figures, regressions } from "./figures";
import { measureKernels } from "./kernels";
import { costTable, sizeLines, speedTable } from "./table";

interface Options {
  json?: boolean;
  check?: boolean;
  write?: boolean;
  functions?: boolean;
}

/** What api.github.com negotiates (ANCHORS.md), and the dearer one. */
const HEADLINE: CipherSuite = "TLS_AES_128_GCM_SHA256";
const OTHER: CipherSuite = "TLS_CHACHA20_POLY1305_SHA256";
const LAST_FIGURES = fileURLToPath(new URL("./figures.json", import.meta.url));
const FUNCTIONS_SHOWN = 40;

const dearer = (x: Cost, y: Cost): Cost => (x.total >= y.total ? x : y);

/** The bundle as it is flashed, and one that was not minified, where no statement hides in an expression. */
interface Exchanges {
  minified: ExchangeFigures;
  plain: ExchangeFigures;
}

interface Authentications {
  minified: Cost;
  plain: Cost;
}

async function measureBoth(suite: CipherSuite): Promise<Exchanges> {
  return { minified: await measureExchange({ suite, minify: true }), plain: await measureExchange({ suite, minify: false }) };
}

function figuresOf(blob: Uint8Array, { minified, plain }: Exchanges, authenticated: Authentications): Figures {
  return {
    ...measureKernels(blob),
    handshake: dearer(minified.handshake, plain.handshake),
    handshake_client_auth: dearer(authenticated.minified, authenticated.plain),
    response_8k: dearer(minified.response, plain.response),
    blob_bytes: blob.length,
    bundle_bytes: minified.size,
  };
}

function printTables(figures: Figures, aes: Exchanges, chacha: Exchanges, authenticated: Authentications): void {
  for (const line of speedTable(figures)) console.log(line);
  console.log();
  const costs = [
    { name: "AES-128-GCM", exchanges: aes },
    { name: "ChaCha20-Poly1305", exchanges: chacha },
  ].flatMap(({ name, exchanges }) => [
    { name: `handshake, ${name}`, cost: exchanges.minified.handshake },
    { name: "  not minified", cost: exchanges.plain.handshake },
    { name: "response of 8 KB", cost: exchanges.minified.response },
    { name: "  not minified", cost: exchanges.plain.response },
  ]);
  costs.push(
    { name: "handshake, client certificate", cost: authenticated.minified },
    { name: "  not minified", cost: authenticated.plain },
  );
  for (const line of [...costTable(costs), "", ...sizeLines(figures)]) console.log(line);
}

async function printFunctions(): Promise<void> {
  const figures = await measureExchange({ suite: HEADLINE, minify: false, byFunction: true });
  for (const [title, functions] of [
    ["handshake", figures.handshakeFunctions],
    ["response", figures.responseFunctions],
  ] as const) {
    console.log(`statements in the ${title}, by function:`);
    for (const [name, count] of functions.slice(0, FUNCTIONS_SHOWN)) console.log(`${String(count).padStart(7)}  ${name}`);
  }
}

function check(figures: Figures): void {
  const found = regressions(JSON.parse(readFileSync(LAST_FIGURES, "utf8")) as Figures, figures);
  for (const sentence of found) console.error(`regression: ${sentence}`);
  if (found.length > 0) process.exitCode = 1;
}

async function main(): Promise<void> {
  const options = new Command("npm run bench --")
    .description("Measures the kernels and a whole exchange in instructions of the emulated lx106.")
    .option("--json", "print the figures as JSON and nothing else")
    .option("--check", "fail if a figure is more than 3 % above figures.json")
    .option("--write", "keep the figures in figures.json")
    .option("--functions", "list the functions that execute the most statements")
    .parse()
    .opts<Options>();
  if (options.functions) {
    await printFunctions();
    return;
  }
  const blob = blobOf(readFileSync(GENERATED_FILE, "utf8"));
  const headline = await measureBoth(HEADLINE);
  const authenticated = { minified: await measureClientAuthentication(true), plain: await measureClientAuthentication(false) };
  const figures = figuresOf(blob, headline, authenticated);
  if (options.json) console.log(JSON.stringify(figures));
  else printTables(figures, headline, await measureBoth(OTHER), authenticated);
  if (options.check) check(figures);
  if (options.write) writeFileSync(LAST_FIGURES, `${JSON.stringify(figures, null, 2)}\n`);
}

await main();
