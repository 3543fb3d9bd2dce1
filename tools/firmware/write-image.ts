import { createHash } from "node:crypto";
import { ESPLoader, type LoaderOptions, Transport } from "esptool-js";
import { CONSOLE_BAUD_RATE, type Link, pulseReset } from "../serial/link";
import { describe, ToolError } from "../serial/tool-error";
import { checkImage } from "./image";
import { WebSerialPort } from "./web-serial";

export interface WriteReport {
  step(text: string): void;
  /** Compressed bytes sent, of how many. */
  progress(done: number, total: number): void;
}

/** Speed while writing, in bits a second. */
export const FAST_BAUD_RATE = 460800;

/** How Espruino's build wants to be started. */
const FLASH_SETTINGS = { flashMode: "qio", flashFreq: "80m", flashSize: "4MB-c1" } as const;

/** The flash chip's identification has its size here, as a power of two. */
const SIZE_SHIFT = 16;
const NEEDED_SIZE_POWER = 22;

/** How often the boot loader is tried, each with a reset. */
const CONNECT_ATTEMPTS = 5;

/** A transport that keeps to itself what it reads and writes. */
class QuietTransport extends Transport {
  override trace(): void {}
}

/**
 * Writes Espruino onto a board through the chip's own boot loader and checks it there by MD5. The board restarts after it.
 * @param baudRate for the writing, in bits a second
 * @throws ToolError
 */
export async function writeImage(link: Link, image: Uint8Array, report: WriteReport, baudRate = FAST_BAUD_RATE): Promise<void> {
  checkImage(image);
  const loader = new ESPLoader({
    transport: new QuietTransport(new WebSerialPort(link) as unknown as ConstructorParameters<typeof Transport>[0]),
    baudrate: baudRate,
    romBaudrate: CONSOLE_BAUD_RATE,
    terminal: { clean() {}, write() {}, writeLine() {} },
  } satisfies LoaderOptions as LoaderOptions);
  await connect(loader, link, report, baudRate);
  try {
    await checkFlashSize(loader);
    await loader.writeFlash({
      fileArray: [{ data: image, address: 0 }],
      ...FLASH_SETTINGS,
      eraseAll: false,
      compress: true,
      reportProgress: (_, done, total) => report.progress(done, total),
      calculateMD5Hash: (data) => createHash("md5").update(data).digest("hex"),
    });
  } catch (error) {
    if (error instanceof ToolError) throw error;
    throw new ToolError(`writing failed (${describe(error)}): run the command again; if it stays, add --baud 115200`);
  }
  report.step("verified: the flash has the image's MD5");
  await link.setBaudRate(CONSOLE_BAUD_RATE);
  await pulseReset(link);
}

async function connect(loader: ESPLoader, link: Link, report: WriteReport, baudRate: number): Promise<void> {
  try {
    await loader.detectChip("default_reset", CONNECT_ATTEMPTS);
  } catch (error) {
    throw new ToolError(
      `the boot loader on ${link.name} does not answer (${describe(error)}): hold the FLASH button while plugging the board in, and run the command again`,
    );
  }
  if (loader.chip.CHIP_NAME !== "ESP8266") throw new ToolError(`the chip on ${link.name} is an ${loader.chip.CHIP_NAME}, not an ESP8266`);
  report.step(`found an ${await loader.chip.getChipDescription(loader)} on ${link.name}`);
  try {
    await loader.runStub();
    if (baudRate !== CONSOLE_BAUD_RATE) await loader.changeBaud();
  } catch (error) {
    throw new ToolError(`the boot loader stopped answering (${describe(error)}): run the command again, with --baud 115200 if it stays`);
  }
}

async function checkFlashSize(loader: ESPLoader): Promise<void> {
  const power = ((await loader.readFlashId()) >> SIZE_SHIFT) & 0xff;
  if (power < NEEDED_SIZE_POWER) throw new ToolError(`this board has ${2 ** power / 1024} KB of flash: a board with 4 MB is needed`);
}
