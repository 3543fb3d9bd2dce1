import { crc32 } from "../serial/crc32";
import type { Prompt } from "../serial/prompt";
import { describe, ToolError } from "../serial/tool-error";
import { type BoardInfo, checkBuild, readBoardInfo } from "./board-info";
import { makeGuardRoom, renewGuard } from "./kernel-guard";
import { HEADER_BYTES, MAX_FIRMWARE_BYTES, NO_FIRMWARE } from "./loader";
import { eraseStorage, provideSlots, type Slot } from "./slots";
import { type ActiveSlot, findActive, findCopy, hasBootCode, installLoader, removeRivals, uploadSteps, writeSlot } from "./upload";

/** What a person sees of the work. */
export interface FlashReport {
  /** Something was done or found. */
  step(text: string): void;
  /** Something begins that takes a while. */
  begin(text: string): void;
  /** `total` stays the same during one upload. */
  progress(done: number, total: number): void;
}

export interface FlashOptions {
  /** Empty the board's Storage first. */
  erase?: boolean;
  /** Write even what is already there. */
  force?: boolean;
  /** How long the firmware may take to its first line after the restart, in ms. */
  firstLineMs?: number;
}

const FIRST_LINE_MS = 30_000;

/** The firmware's first line, after which it is known to run. */
const FIRST_LINE = /(connecting to [^\r\n]*)[\r\n]/;

const FAILED_START = /((?:Uncaught|no whole firmware|Execution Interrupted)[^\r\n]*)[\r\n]/;

/**
 * Puts a firmware on the board and starts it. Returns only when the board holds it whole, boots it and has printed its first line.
 * Whenever it ends otherwise, the board is left with the old firmware or the new one.
 * @param script what is evaluated at boot, as bytes
 * @returns the firmware's first line
 * @throws ToolError
 */
export async function flashFirmware(prompt: Prompt, script: Uint8Array, report: FlashReport, options: FlashOptions = {}): Promise<string> {
  checkSize(script);
  const info = await takeOver(prompt, report);
  if (options.erase) {
    report.begin("emptying the board's Storage");
    await eraseStorage(prompt);
  }
  // On an empty board the loader comes first, so that what is behind the slots can be erased without it.
  if (!(await hasBootCode(prompt))) await installLoader(prompt);
  const slots = await provideSlots(prompt, info);
  checkRoom(script, slots);
  await bringUp(prompt, slots, script, report, options.force ?? false);
  await prepareStart(prompt, info, slots, report);
  return start(prompt, report, options.firstLineMs ?? FIRST_LINE_MS);
}

function checkSize(script: Uint8Array): void {
  if (script.length > MAX_FIRMWARE_BYTES) {
    throw new ToolError(`the firmware is ${script.length} bytes long: a board has room for ${MAX_FIRMWARE_BYTES}`);
  }
  if (script.length === 0) throw new ToolError("the firmware is empty");
}

/** A board that an earlier version was flashed to may have smaller slots. */
function checkRoom(script: Uint8Array, slots: Slot[]): void {
  const most = Math.min(...slots.map((slot) => slot.capacity)) - HEADER_BYTES;
  if (script.length <= most) return;
  throw new ToolError(
    `the firmware is ${script.length} bytes long and this board's slots hold ${most}, as an earlier version made them: ` +
      '"npm run flash -- --erase" makes larger ones; the old firmware is lost when it begins',
  );
}

async function takeOver(prompt: Prompt, report: FlashReport): Promise<BoardInfo> {
  await prompt.reset();
  const info = await readBoardInfo(prompt);
  checkBuild(info);
  report.step(`found Espruino ${info.version} (${info.build}) on ${prompt.link.name}`);
  return info;
}

async function bringUp(prompt: Prompt, slots: Slot[], script: Uint8Array, report: FlashReport, force: boolean): Promise<void> {
  const active = await findActive(prompt, slots);
  const present = active && active.header.length === script.length && active.header.crc === crc32(script);
  if (present && !force) {
    report.step(`this firmware is on the board already (${active.slot.name}): nothing to write`);
  } else {
    const target = slots.find((slot) => slot.name !== active?.slot.name) as Slot;
    report.begin(`writing ${script.length} bytes to ${target.name}${active ? `, ${active.slot.name} is kept` : ""}`);
    await writeKeepingOld(prompt, target, script, active, report);
  }
}

async function prepareStart(prompt: Prompt, info: BoardInfo, slots: Slot[], report: FlashReport): Promise<void> {
  if (await makeGuardRoom(prompt, info, slots)) report.step("emptied the pages behind the firmware");
  await installLoader(prompt);
  for (const name of await removeRivals(prompt)) report.step(`removed ${name}, which would run before the firmware`);
  await renewGuard(prompt);
}

async function writeKeepingOld(
  prompt: Prompt,
  target: Slot,
  script: Uint8Array,
  active: ActiveSlot | undefined,
  report: FlashReport,
): Promise<void> {
  const copied = active ? await findCopy(prompt, active, script) : undefined;
  const total = uploadSteps(target, script.length, copied);
  const repeatsBefore = prompt.repeats;
  try {
    const sequence = (active?.header.sequence ?? 0) + 1;
    await writeSlot(prompt, target, { script, sequence, copied }, (done) => report.progress(done, total));
    const now = await findActive(prompt, [target]);
    if (!now || now.header.crc !== crc32(script)) throw new ToolError("the board does not choose the new firmware: run the command again");
  } catch (error) {
    throw active ? new ToolError(`${describe(error)}; the old firmware is still on the board`) : error;
  }
  const repeated = prompt.repeats - repeatsBefore;
  const damage = repeated ? `, ${repeated} damaged line${repeated === 1 ? "" : "s"} sent again` : "";
  report.step(`verified: ${script.length} bytes, CRC-32 ${crc32(script).toString(16).padStart(8, "0")}${damage}`);
}

async function start(prompt: Prompt, report: FlashReport, firstLineMs: number): Promise<string> {
  report.begin("restarting the board");
  await prompt.restart();
  const started = performance.now();
  const failed = await prompt.waitFor(new RegExp(`${FIRST_LINE.source}|${FAILED_START.source}`), firstLineMs);
  if (failed?.[1]) return failed[1];
  const what = failed?.[2]?.trim() ?? `it printed no "connecting to" within ${Math.round((performance.now() - started) / 1000)} s`;
  const advice = what.includes(NO_FIRMWARE) ? "run the command again" : 'see "npm run monitor"';
  throw new ToolError(`the firmware is on the board but did not start (${what}): ${advice}`);
}
