import { join, relative } from "node:path";
import { Command } from "commander";
import { projectRoot } from "../build/paths";
import type { ConfigFile } from "../config/config-file";
import { readConfigFile } from "../config/load";
import { recordChain } from "../pin/record-chain";
import { openPort } from "../serial/port-link";
import { findPort, listPorts } from "../serial/ports";
import { Prompt } from "../serial/prompt";
import { colorsFor, runTool, ToolError } from "../serial/tool-error";
import { checkBoard, checkNode, checkTrust, type Finding, find, skipped } from "./checks";
import { formatFindings } from "./page";

interface Options {
  port?: string;
  config: string;
  offline?: boolean;
}

const program = new Command("npm run doctor --")
  .description("Looks at everything that the lamp needs: each line is fine or says what to do.")
  .option("--port <path>", "serial port (default: the board that is plugged in)")
  .option("--config <file>", "the config", join(projectRoot, "board/config.json"))
  .option("--offline", "do not ask the server for its certificate");

const DEFAULT_PORT = 443;

async function lookAtConfig(options: Options): Promise<Finding[]> {
  const file = relative("", options.config) || options.config;
  let config: ConfigFile | undefined;
  const valid = await find("Config", () => {
    config = readConfigFile(file);
    return `${file} is valid`;
  });
  if (!config) return [valid, skipped("Certificate", "not looked at without a config")];
  const { server } = config;
  if (options.offline) return [valid, skipped("Certificate", "not looked at (--offline)")];
  const target = { host: server.host, port: server.port ?? DEFAULT_PORT, address: server.address };
  return [valid, await checkTrust(server, () => recordChain(target), new Date())];
}

async function lookAtBoard(options: Options): Promise<Finding[]> {
  let path = "";
  const port = await find("Port", async () => {
    path = await findPort(options.port);
    const bridge = options.port ? "" : (await listPorts()).find((candidate) => candidate.path === path)?.bridge;
    return bridge ? `${path} (${bridge})` : path;
  });
  if (port.verdict !== "ok") return [port];
  try {
    const link = await openPort(path);
    try {
      const prompt = new Prompt(link);
      await prompt.attach();
      const findings = await checkBoard(prompt);
      await prompt.detach();
      return [port, ...findings];
    } finally {
      await link.close();
    }
  } catch (error) {
    return [port, await find("Board", () => Promise.reject(error))];
  }
}

runTool(async () => {
  const options = program.parse().opts<Options>();
  const findings = [await checkNode(process.versions.node), ...(await lookAtConfig(options)), ...(await lookAtBoard(options))];
  for (const line of formatFindings(findings, colorsFor(process.stdout))) process.stdout.write(`${line}\n`);
  const bad = findings.filter((finding) => finding.verdict === "bad").length;
  if (bad > 0) throw new ToolError(`${bad} thing${bad === 1 ? "" : "s"} to mend, marked above`);
});
