import { Command } from "commander";
import { findPort } from "../serial/ports";
import { runTool } from "../serial/tool-error";
import { runMonitor } from "./terminal";

const program = new Command("npm run monitor --")
  .description("Shows what the board prints. Ctrl-C ends, Ctrl-R restarts the board, Ctrl-T opens the Espruino prompt.")
  .option("--port <path>", "serial port (default: the board that is plugged in)")
  .option("--raw", "the bytes as they come, without time stamps")
  .option("--log <file>", "append a copy to a file");

runTool(async () => {
  const options = program.parse().opts<{ port?: string; raw?: boolean; log?: string }>();
  await runMonitor(await findPort(options.port), { raw: options.raw ?? false, log: options.log });
});
