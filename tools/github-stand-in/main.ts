/** `tsx tools/github-stand-in/main.ts`: the stand-in as a command. */

import { Command, InvalidArgumentError, Option } from "commander";
import { VARIANTS } from "./responses";
import { type StandInOptions, startStandIn } from "./server";

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65535) throw new InvalidArgumentError("a port is a number from 0 to 65535");
  return value;
}

const command = new Command("github-stand-in")
  .description("Serves what api.github.com would, over TLS 1.3, until Ctrl-C.")
  .option("--port <number>", "port to listen on", port, 8443)
  .option("--address <address>", "address to listen on", "127.0.0.1")
  .addOption(new Option("--variant <name>", "what it shows (README.md says more)").choices(VARIANTS).default("success"))
  .addOption(new Option("--framing <how>", "how a body's end is told").choices(["length", "chunked", "close"]).default("length"))
  .addOption(new Option("--leaf <key>", "key of the certificate").choices(["p256", "rsa2048", "rsa4096"]).default("p256"))
  .parse();

const { leaf, ...options } = command.opts<StandInOptions & { leaf: StandInOptions["leafKey"] }>();
try {
  const standIn = await startStandIn({ ...options, leafKey: leaf });
  console.log(`listening on ${options.address}, port ${standIn.port}`);
  console.log(`SHA-1 fingerprint:   ${standIn.fingerprintSha1}`);
  console.log(`SHA-256 fingerprint: ${standIn.fingerprintSha256}`);
  console.log(`CA key (SHA-256):    ${standIn.caKeySha256}`);
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = code === "EADDRINUSE" ? `port ${options.port} of ${options.address} is in use: --port names another` : message;
  console.error(`github-stand-in: ${reason}`);
  process.exitCode = 1;
}
