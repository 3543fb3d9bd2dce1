import type { X509Certificate } from "node:crypto";
import { join, relative } from "node:path";
import { Command } from "commander";
import { projectRoot } from "../build/paths";
import { configTemplate, writeConfig } from "../config-wizard/wizard";
import { colorsFor, message, runTool, ToolError } from "../serial/tool-error";
import { addToConfig, describeCertificate, fingerprintOf, keyHashOf, parseTarget, readCertificates, trustedRoots } from "./pin";
import { recordChain } from "./record-chain";
import { commonName, verifyChain } from "./verify-chain";

interface Options {
  config: string;
  address?: string;
  from?: string;
  write?: boolean;
  ca?: boolean;
  caFile?: string;
  sha256?: boolean;
}

const program = new Command("npm run pin --")
  .description("Shows the certificate that a server sends to the firmware, and puts its fingerprint into the config.")
  .argument("<host[:port]>", "the server")
  .option("--write", "add the fingerprint to the config, once the chain is verified; the ones there are kept")
  .option("--sha256", "with --write: the SHA-256 instead of the SHA-1")
  .option("--ca", "the key of the CA that issued the certificate, instead of the certificate")
  .option("--ca-file <file>", "verify against these roots (PEM) instead of the well-known ones")
  .option("--from <file>", "take the certificate from a PEM file instead of the server")
  .option("--address <host>", "connect here instead of looking the host up")
  .option("--config <file>", "the config", join(projectRoot, "board/config.json"));

/** The certificate whose key signed the leaf. */
function issuerIn(chain: X509Certificate[]): X509Certificate {
  const [leaf, ...others] = chain;
  const issuer = others.find((candidate) => candidate.ca && leaf.checkIssued(candidate) && leaf.verify(candidate.publicKey));
  if (!issuer) throw new ToolError("the server does not send its issuer's certificate: pin the fingerprint instead");
  return issuer;
}

runTool(async () => {
  program.parse();
  const options = program.opts<Options>();
  const target = parseTarget(program.args[0]);
  const chain = options.from ? readCertificates(options.from) : await recordChain({ ...target, address: options.address });
  const shown = options.ca ? issuerIn(chain) : chain[0];
  const colors = colorsFor(process.stdout);
  for (const line of describeCertificate(shown, new Date(), colors)) process.stdout.write(`${line}\n`);
  if (options.ca) process.stdout.write(`key SHA-256  ${keyHashOf(shown).replace(/^(.{47}) /, "$1\n             ")}\n`);
  if (!options.write) return;
  verifyChain(chain, target.host, trustedRoots(options.caFile));
  const value = options.ca ? keyHashOf(shown) : fingerprintOf(shown, options.sha256 ? "sha256" : "sha1");
  const { text: present, isNew } = configTemplate(options.config, join(projectRoot, "board/config.example.json"));
  if (isNew) throw new ToolError(`${relative("", options.config)} is not there yet: npm run config makes it`);
  const pinning = addToConfig(present, options.config, target.host, options.ca ? "caKeys" : "fingerprints", value);
  if (!pinning.present) writeConfig(options.config, pinning.text);
  const outcome = pinning.present ? "is already in" : "added to";
  const text = `verified for ${target.host} (${commonName(chain[0].issuer)}); ${outcome} ${pinning.path}`;
  process.stdout.write(message(colors.green("✓"), 1, text, process.stdout));
});
