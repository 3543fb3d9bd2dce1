import type { X509Certificate } from "node:crypto";
import { KernelBlob } from "../../board/esp8266/kernels.generated";
import type { ConfigFile } from "../config/config-file";
import { type BoardInfo, checkBuild, readBoardInfo } from "../flash/board-info";
import { GUARD_FILE } from "../flash/kernel-guard";
import { CHOOSE_SLOT, HEADER_BYTES, LOADER, SLOT_NAMES } from "../flash/loader";
import { daysLeft, fingerprintOf, keyHashOf, WARNING_DAYS } from "../pin/pin";
import { crc32 } from "../serial/crc32";
import type { Prompt } from "../serial/prompt";
import { describe } from "../serial/tool-error";

/** One line of the doctor's page. */
export interface Finding {
  /** What was looked at. */
  subject: string;
  verdict: "ok" | "bad" | "skipped";
  /** What was found; where it is bad, what to do. */
  text: string;
}

type Look = () => string | Promise<string>;

/** A look that found something wrong. */
class Complaint extends Error {}

/** Makes a finding of a look: what it returns is fine, what it throws is not. */
export async function find(subject: string, look: Look): Promise<Finding> {
  try {
    return { subject, verdict: "ok", text: await look() };
  } catch (error) {
    return { subject, verdict: "bad", text: describe(error) };
  }
}

export function skipped(subject: string, why: string): Finding {
  return { subject, verdict: "skipped", text: why };
}

const NEEDED_NODE = [20, 12];

export function checkNode(version: string): Promise<Finding> {
  return find("Node", () => {
    const [major, minor] = version.split(".").map(Number);
    const enough = major > NEEDED_NODE[0] || (major === NEEDED_NODE[0] && minor >= NEEDED_NODE[1]);
    if (!enough) throw new Complaint(`${version} is too old: install ${NEEDED_NODE.join(".")} or later`);
    return version;
  });
}

/** What the board says of itself; the prompt is attached while the firmware runs. */
export async function checkBoard(prompt: Prompt): Promise<Finding[]> {
  const info = await readBoardInfo(prompt);
  return [
    await find("Espruino", () => describeBuild(info)),
    await find("Storage", () => describeStorage(info)),
    await find("Variables", () => `${info.variablesFree} of ${info.variables} free`),
    await find("Firmware", () => describeFirmware(prompt)),
    await find("Kernels", () => describeKernels(prompt)),
    await find("Wi-Fi", () => describeWifi(prompt)),
  ];
}

function describeBuild(info: BoardInfo): string {
  checkBuild(info);
  return `${info.version} (${info.build})`;
}

/** With less, the kernels' guard may not find room. */
const SPARE_STORAGE_BYTES = 1024;

function describeStorage(info: BoardInfo): string {
  const { freeBytes, trashBytes, totalBytes } = info.storage;
  const text = `${freeBytes >> 10} KB of ${totalBytes >> 10} KB free, ${trashBytes >> 10} KB in erased files`;
  if (freeBytes < SPARE_STORAGE_BYTES) throw new Complaint(`${text}: npm run flash -- --erase`);
  return text;
}

async function describeFirmware(prompt: Prompt): Promise<string> {
  const loader = await prompt.run<number>('E.CRC32(require("Storage").read(".bootcde")||"")');
  const name = await prompt.run<string>(CHOOSE_SLOT);
  // CHOOSE_SLOT leaves the script in a variable.
  await prompt.run("t=undefined;0");
  if (!SLOT_NAMES.some((slot) => slot === name)) throw new Complaint("none on the board: npm run flash");
  if (loader !== crc32(LOADER)) throw new Complaint("other boot code would run: npm run flash");
  const [sequence, length] = await prompt.run<number[]>(`JSON.parse(require("Storage").read("${name}",0,${HEADER_BYTES}))`);
  return `${name}, upload ${sequence}, ${length} bytes, whole`;
}

async function describeKernels(prompt: Prompt): Promise<string> {
  const guard = await prompt.run<string>(`require("Storage").read("${GUARD_FILE}")||""`);
  if (!guard) throw new Complaint("not tried yet: see npm run monitor");
  if (guard.endsWith("x")) throw new Complaint("switched off after two crashes: npm run flash tries them again");
  if (!guard.endsWith("p")) throw new Complaint("not proven yet: see npm run monitor");
  if (!guard.startsWith(`${KernelBlob.crc} `)) throw new Complaint("proven, but older than these: npm run flash");
  return `${KernelBlob.length} bytes, proven`;
}

async function describeWifi(prompt: Prompt): Promise<string> {
  const [status, ip] = await prompt.run<[string, string]>('(function(w){return[w.getDetails().status,w.getIP().ip]})(require("Wifi"))');
  if (!ip || ip === "0.0.0.0") throw new Complaint(`no address (${status.replaceAll("_", " ")}): npm run config, npm run flash`);
  return `${status}, ${ip}`;
}

/** Whether what the server sends today is what the config trusts. */
export function checkTrust(server: ConfigFile["server"], record: () => Promise<X509Certificate[]>, now: Date): Promise<Finding> {
  return find("Certificate", async () => {
    const [leaf, ...issuers] = await record();
    const bare = (hex: string) => hex.replace(/[ :]/g, "").toUpperCase();
    const pins = (server.fingerprints ?? []).map(bare);
    const byFingerprint = (["sha1", "sha256"] as const).some((hash) => pins.includes(bare(fingerprintOf(leaf, hash))));
    const keys = (server.caKeys ?? []).map(bare);
    const byCa = issuers.some((issuer) => keys.includes(bare(keyHashOf(issuer))));
    const repair = `npm run pin -- ${server.host} --write, npm run flash`;
    if (!byFingerprint && !byCa) throw new Complaint(`${server.host} has another one now: ${repair}`);
    const days = daysLeft(leaf, now);
    const text = `${server.host}: the ${byFingerprint ? "pinned one" : "CA is the pinned one"}, ${days} days left`;
    if (byFingerprint && !byCa && days < WARNING_DAYS) throw new Complaint(`${text}: ${repair} when there is a new one`);
    return text;
  });
}
