import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { SerialPort } from "serialport";
import { describe, ToolError } from "./tool-error";

export interface PortDescription {
  path: string;
  /** Four hex digits, lower case. */
  vendorId: string;
  /** The USB bridge's maker, or an empty string for other ports. */
  bridge: string;
}

const BRIDGES: Record<string, string> = { "1a86": "CH340", "10c4": "CP2102", "0403": "FTDI" };

const USB_PORT_NAME = /^tty(USB|ACM)\d+$/;

/** How many folders of sysfs lie at most between a port and the USB device that it belongs to. */
const SYSFS_LEVELS = 5;

export function describePort(path: string, vendorId: string | undefined): PortDescription {
  const vendor = (vendorId ?? "").toLowerCase();
  return { path, vendorId: vendor, bridge: BRIDGES[vendor] ?? "" };
}

/** All serial ports with their USB vendor ids. Where udev is missing, sysfs is read instead. */
export async function listPorts(): Promise<PortDescription[]> {
  try {
    return (await SerialPort.list()).map((port) => describePort(port.path, port.vendorId));
  } catch (error) {
    if (!describe(error).includes("udevadm"))
      throw new ToolError(`cannot list the serial ports (${describe(error)}): name one with --port`);
    return portsFromSysfs("/sys/class/tty", "/dev");
  }
}

/** The USB serial ports that the kernel knows, read from its file tree. */
export function portsFromSysfs(classFolder: string, deviceFolder: string): PortDescription[] {
  let names: string[];
  try {
    names = readdirSync(classFolder).filter((name) => USB_PORT_NAME.test(name));
  } catch {
    return [];
  }
  return names.map((name) => describePort(join(deviceFolder, name), vendorFromSysfs(join(classFolder, name, "device"))));
}

function vendorFromSysfs(deviceLink: string): string | undefined {
  try {
    let folder = realpathSync(deviceLink);
    for (let level = 0; level < SYSFS_LEVELS; level++) {
      if (readdirSync(folder).includes("idVendor")) return readFileSync(join(folder, "idVendor"), "utf8").trim();
      folder = dirname(folder);
    }
  } catch {
    // A port that vanishes while it is looked at has no vendor.
  }
  return undefined;
}

/** Asks a person which of several ports it is. */
export type AskPort = (ports: PortDescription[]) => Promise<string>;

/**
 * The port to use: the one that was named; else the only board that is plugged in; else the one that `ask` gives.
 * @param ask absent where nobody can be asked
 */
export async function choosePort(named: string | undefined, ports: PortDescription[], ask?: AskPort): Promise<string> {
  if (named) return named;
  const boards = ports.filter((port) => port.bridge !== "");
  if (boards.length === 1) return boards[0].path;
  if (boards.length === 0) {
    throw new ToolError("no board found: plug it in with a USB cable that carries data, or name the port with --port");
  }
  if (ask) return ask(boards);
  throw new ToolError(`several boards found (${boards.map((board) => board.path).join(", ")}): choose one with --port`);
}

/** Asks on the terminal which board is meant. */
async function askOnTerminal(ports: PortDescription[]): Promise<string> {
  const { select } = await import("@inquirer/prompts");
  return select({
    message: "Which board?",
    choices: ports.map((port) => ({ name: `${port.path}  ${port.bridge}`, value: port.path })),
  });
}

/** Finds the port for a command: asks if it must and can. */
export async function findPort(named: string | undefined): Promise<string> {
  const canAsk = Boolean(process.stdin.isTTY && process.stdout.isTTY);
  return choosePort(named, named ? [] : await listPorts(), canAsk ? askOnTerminal : undefined);
}
