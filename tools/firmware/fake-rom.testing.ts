import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import type { Link, LinkListener } from "../serial/link";

const SLIP_END = 0xc0;
const SLIP_ESC = 0xdb;
const SLIP_ESC_END = 0xdc;
const SLIP_ESC_ESC = 0xdd;

const enum Command {
  memBegin = 0x05,
  memEnd = 0x06,
  memData = 0x07,
  sync = 0x08,
  writeReg = 0x09,
  readReg = 0x0a,
  changeBaudRate = 0x0f,
  deflBegin = 0x10,
  deflData = 0x11,
  deflEnd = 0x12,
  flashMd5 = 0x13,
}

const CHIP_MAGIC_REGISTER = 0x40001000;
const SPI_COMMAND_REGISTER = 0x60000200;
const SPI_DATA_REGISTER = 0x60000240;
const ROM_BAUD_RATE = 115200;
const SYNC_ANSWERS = 8;
const HEADER_BYTES = 8;
const BLOCK_HEADER_BYTES = 16;

export interface FakeRomOptions {
  /** What identifies the chip. */
  magic?: number;
  /** Manufacturer, type and size of the flash chip. */
  flashId?: number;
  /** The flash does not keep this byte. */
  brokenByte?: number;
  /** The board never enters the boot loader. */
  deaf?: boolean;
  /** The cable is pulled after so many blocks. */
  unplugAfterBlocks?: number;
}

/** The ESP8266's boot loader at the other end of a line, and the helper that esptool loads into its memory. */
export class FakeRom implements Link {
  readonly name = "/dev/ttyROM";
  readonly flash = Buffer.alloc(4 * 1024 * 1024, 0xff);
  readonly baudRates: number[] = [];
  /** Whether the last reset started the program in flash rather than the boot loader. */
  runsProgram = true;
  blocks = 0;
  #baudRate = ROM_BAUD_RATE;
  #chipBaudRate = ROM_BAUD_RATE;
  #lines = { dtr: false, rts: false };
  #listener: LinkListener | undefined;
  #frame: number[] = [];
  #escaped = false;
  #stub = false;
  #compressed: Buffer[] = [];
  #at = 0;
  #gone = false;

  constructor(private readonly options: FakeRomOptions = {}) {}

  listen(listener: LinkListener): void {
    this.#listener = listener;
  }

  async setBaudRate(baudRate: number): Promise<void> {
    this.#baudRate = baudRate;
    this.baudRates.push(baudRate);
  }

  async signals(lines: { dtr: boolean; rts: boolean }): Promise<void> {
    if (this.#lines.rts && !lines.rts) this.#reset(lines.dtr || this.#lines.dtr);
    this.#lines = { ...lines };
  }

  async close(): Promise<void> {}

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#gone) throw new Error("the port is gone");
    if (this.runsProgram || this.#baudRate !== this.#chipBaudRate) return;
    for (const byte of bytes) this.#takeByte(byte);
  }

  #reset(bootLoader: boolean): void {
    this.runsProgram = !bootLoader || Boolean(this.options.deaf);
    this.#stub = false;
    this.#chipBaudRate = ROM_BAUD_RATE;
    this.#frame = [];
  }

  #takeByte(byte: number): void {
    if (byte === SLIP_END) {
      if (this.#frame.length > 0) this.#obey(Buffer.from(this.#frame));
      this.#frame = [];
    } else if (this.#escaped) {
      this.#escaped = false;
      this.#frame.push(byte === SLIP_ESC_END ? SLIP_END : SLIP_ESC);
    } else if (byte === SLIP_ESC) {
      this.#escaped = true;
    } else {
      this.#frame.push(byte);
    }
  }

  #obey(frame: Buffer): void {
    const command = frame[1];
    const data = frame.subarray(HEADER_BYTES);
    switch (command) {
      case Command.sync:
        for (let answer = 0; answer < SYNC_ANSWERS; answer++) this.#answer(command, 0x20120707);
        break;
      case Command.readReg:
        this.#answer(command, this.#register(data.readUInt32LE(0)));
        break;
      case Command.memEnd:
        this.#answer(command);
        this.#stub = true;
        this.#send(Buffer.from("OHAI"));
        break;
      case Command.changeBaudRate:
        this.#answer(command);
        this.#chipBaudRate = data.readUInt32LE(0);
        break;
      case Command.deflBegin:
        this.#compressed = [];
        this.#at = data.readUInt32LE(12);
        this.#answer(command);
        break;
      case Command.deflData:
        this.#takeBlock(data);
        this.#answer(command);
        break;
      case Command.flashMd5:
        this.#answer(command, 0, this.#md5(data.readUInt32LE(0), data.readUInt32LE(4)));
        break;
      case Command.memBegin:
      case Command.memData:
      case Command.writeReg:
      case Command.deflEnd:
        this.#answer(command);
        break;
      default:
        this.#send(Buffer.from([1, command, 2, 0, 0, 0, 0, 0, 1, 5]));
    }
  }

  #register(address: number): number {
    if (address === CHIP_MAGIC_REGISTER) return this.options.magic ?? 0xfff0c101;
    if (address === SPI_COMMAND_REGISTER) return 0;
    if (address === SPI_DATA_REGISTER) return this.options.flashId ?? 0x1640ef;
    return 0;
  }

  #takeBlock(data: Buffer): void {
    this.blocks++;
    if (this.blocks === this.options.unplugAfterBlocks) {
      this.#gone = true;
      this.#listener?.closed();
    }
    this.#compressed.push(data.subarray(BLOCK_HEADER_BYTES, BLOCK_HEADER_BYTES + data.readUInt32LE(0)));
  }

  #md5(at: number, length: number): Buffer {
    inflateSync(Buffer.concat(this.#compressed)).copy(this.flash, this.#at);
    const { brokenByte } = this.options;
    if (brokenByte !== undefined) this.flash[brokenByte] ^= 1;
    const hash = createHash("md5").update(this.flash.subarray(at, at + length));
    return this.#stub ? hash.digest() : Buffer.from(hash.digest("hex"), "latin1");
  }

  #answer(command: number, value = 0, data: Uint8Array = Buffer.alloc(0)): void {
    const frame = Buffer.alloc(HEADER_BYTES + data.length + 2);
    frame[0] = 1;
    frame[1] = command;
    frame.writeUInt16LE(data.length + 2, 2);
    frame.writeUInt32LE(value >>> 0, 4);
    frame.set(data, HEADER_BYTES);
    this.#send(frame);
  }

  #send(frame: Buffer): void {
    if (this.#gone) return;
    const bytes = [SLIP_END];
    for (const byte of frame) {
      if (byte === SLIP_END) bytes.push(SLIP_ESC, SLIP_ESC_END);
      else if (byte === SLIP_ESC) bytes.push(SLIP_ESC, SLIP_ESC_ESC);
      else bytes.push(byte);
    }
    bytes.push(SLIP_END);
    queueMicrotask(() => this.#listener?.data(Buffer.from(bytes)));
  }
}
