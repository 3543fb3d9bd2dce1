import { describe, expect, it } from "vitest";
import { Op } from "../../src/crypto/crypto";
import { portableCrypto } from "../../src/crypto/portable";
import { At } from "../../src/crypto/workspace";
import { ErrorCode } from "../../src/errors/codes";
import { scanJson } from "../../src/status/json-scan";
import type { CryptoCall } from "../../src/transport";
import { formatHeader, LOADER } from "../../tools/flash/loader";
import { crc32 } from "../../tools/kernels/crc32";
import { kernelCrypto } from "../../tools/lx106/kernel-crypto";
import { type BoardOptions, VirtualBoard } from "../../tools/virtual-board/board";
import { FlashStorage, STORAGE_ADDRESS } from "../../tools/virtual-board/storage";
import { proveKernels } from "./kernel-proof";
import { storeFirmware } from "./kernel-store.testing";
import { trackedBlob } from "./kernels/kernels.testing";
import { KernelBlob } from "./kernels.generated";

const guard = "bl-guard";
const version = "2v29";
const mark = (state: string): string => `${KernelBlob.crc} ${version} ${state}`;

/** Boots a board with the store's firmware until the kernels are opened. Gives the board, stopped, and the error code. */
async function boot(options: BoardOptions & { storage: FlashStorage }): Promise<{ code: ErrorCode; equal: string; board: VirtualBoard }> {
  const board = await VirtualBoard.create(options);
  board.boot();
  const opened = await board.waitForLine(/^opened (\d+) (.*)$/);
  board.stop();
  return { code: Number(opened[1]), equal: opened[2], board };
}

/** A board's flash with the store's firmware, as the boot code itself, and files. */
async function storageWith(files: Record<string, string> = {}): Promise<FlashStorage> {
  const storage = new FlashStorage();
  storage.write(".bootcde", await storeFirmware());
  for (const name of Object.keys(files)) storage.write(name, files[name]);
  return storage;
}

/** As after npm run flash: the loader, and the firmware in a slot. */
async function flashedStorage(firmware: string): Promise<FlashStorage> {
  const storage = new FlashStorage();
  storage.write(".bootcde", LOADER);
  const header = formatHeader({ sequence: 1, length: firmware.length, crc: crc32(Buffer.from(firmware, "latin1")) });
  storage.write("fw-b", header + firmware);
  return storage;
}

const opened = { code: ErrorCode.none, equal: "1" };
const disabled = { code: ErrorCode.kernel_disabled, equal: "null" };

describe("the kernels' store", () => {
  it("proves the code where it lies at the first boot, leaves a mark and writes nothing else", async () => {
    const storage = await storageWith();
    expect(await boot({ storage })).toMatchObject(opened);
    expect(storage.list().sort()).toEqual([".bootcde", guard]);
    expect(storage.read(guard)).toBe(mark("p"));
  });

  it("finds the code behind a script that the loader evaluates in its slot", async () => {
    const storage = await flashedStorage(await storeFirmware());
    const { code, equal, board } = await boot({ storage });
    expect({ code, equal }).toEqual(opened);
    expect(board.nativeCalls).toBeGreaterThan(20);
  });

  it("keeps each turn short", async () => {
    const { board } = await boot({ storage: await storageWith() });
    expect(board.longestTurn!.milliseconds).toBeLessThan(250);
  });

  it("writes nothing at later boots", async () => {
    const storage = await storageWith();
    await boot({ storage });
    storage.onWrite = () => expect.unreachable();
    expect(await boot({ storage })).toMatchObject(opened);
  });

  it.each([1, 2])("mends what a power cut at write %i left", async (cut) => {
    const storage = await storageWith();
    const board = await VirtualBoard.create({ storage });
    let writes = 0;
    storage.onWrite = () => {
      if (++writes >= cut) throw new Error("power cut");
    };
    board.boot();
    await board.waitUntil(() => writes >= cut);
    board.stop();
    storage.onWrite = null;
    expect(await boot({ storage })).toMatchObject(opened);
    expect(storage.read(guard)).toBe(mark("p"));
  });

  it("calls no code that is not the one that it was built with", async () => {
    const firmware = await storeFirmware();
    const wrong = [
      firmware.slice(0, -4),
      `${firmware.slice(0, -5000)}\x55${firmware.slice(-4999)}`,
      `${firmware.slice(0, -KernelBlob.length)}old code`,
      firmware.slice(0, -KernelBlob.length),
    ];
    for (const text of wrong) {
      const result = await boot({ storage: await flashedStorage(text) });
      expect(result).toMatchObject({ code: ErrorCode.kernel_failed, equal: "null" });
      expect(result.board.nativeCalls).toBe(0);
    }
  });

  it.each(["exception", "wdt reset", "soft wdt"])(
    "counts a crash (%s) before the proof, and disables the code at the second",
    async (resetReason) => {
      let storage = await storageWith({ [guard]: mark("0") });
      const marks: string[] = [];
      storage.onWrite = (what, name) => {
        if (what === "write" && name === guard) queueMicrotask(() => marks.push(storage.read(guard)!));
      };
      expect(await boot({ storage, resetReason })).toMatchObject(opened);
      expect(marks).toContain(mark("1"));
      expect(storage.read(guard)).toBe(mark("p"));

      storage = await storageWith({ [guard]: mark("1") });
      const second = await boot({ storage, resetReason });
      expect(second).toMatchObject(disabled);
      expect(second.board.nativeCalls).toBe(0);
      expect(storage.read(guard)).toBe(mark("x"));
    },
  );

  it("does not boot-loop with code that crashes", async () => {
    const storage = await storageWith();
    const board = await VirtualBoard.create({ storage });
    storage.onWrite = (what, name) => {
      // After its CRC was checked, and only until the next check: an illegal instruction at its entry.
      if (what !== "write" || name !== guard) return;
      const script = storage.locate(".bootcde")!;
      const at = script.address + script.data.length - KernelBlob.length - STORAGE_ADDRESS;
      storage.bytes.set(trackedBlob, at);
      setImmediate(() => storage.bytes.fill(0, at, at + 4));
    };
    board.boot();
    const [line] = await board.waitForLine(/^opened .*/);
    board.stop();
    expect(line).toBe(`opened ${ErrorCode.kernel_disabled} null`);
    expect(storage.read(guard)).toBe(mark("x"));
    expect(board.serial.match(/Fatal exception/g)).toHaveLength(2);
  });

  it("stays disabled whatever the next reset, until the guard is erased", async () => {
    const storage = await storageWith({ [guard]: mark("x") });
    storage.onWrite = () => expect.unreachable();
    for (const resetReason of ["power on", "exception"]) expect(await boot({ storage, resetReason })).toMatchObject(disabled);
    storage.onWrite = null;
    storage.erase(guard);
    expect(await boot({ storage })).toMatchObject(opened);
  });

  it.each(["power on", "restart", "reset pin", "deep sleep"])("does not count a reset by %s", async (resetReason) => {
    const storage = await storageWith({ [guard]: mark("1") });
    expect(await boot({ storage, resetReason })).toMatchObject(opened);
  });

  it("does not count a crash after the proof", async () => {
    const storage = await storageWith();
    await boot({ storage });
    storage.onWrite = () => expect.unreachable();
    expect(await boot({ storage, resetReason: "exception" })).toMatchObject(opened);
  });

  it.each([`${KernelBlob.crc} 2v28 x`, `1 ${version} x`])("begins anew for other code or another Espruino (%s)", async (text) => {
    expect(await boot({ storage: await storageWith({ [guard]: text }) })).toMatchObject(opened);
  });
});

describe("the proof", () => {
  const { ram, crypto } = kernelCrypto(trackedBlob, { stackLimit: 512 });
  const prove = (call: CryptoCall, memory = ram): Promise<boolean> => new Promise((done) => proveKernels(memory, call, crc32, done));

  it("holds for the portable twins, so that the known answers are right", async () => {
    const memory = new Uint8Array(At.end);
    expect(await prove(portableCrypto(memory, scanJson), memory)).toBe(true);
  });

  it("holds for the kernels", async () => {
    expect(await prove(crypto)).toBe(true);
  });

  const answering = [Op.openFinish, Op.x25519, Op.p256Public, Op.p256, Op.ecdsaVerify, Op.ecdsaSign, Op.rsaStart, Op.equal, Op.jsonScan];
  it.each(answering)("fails if operation %i returns something else", async (op) => {
    expect(await prove((which, b, c) => crypto(which, b, c) ^ Number((which & ~0xffff) === op))).toBe(false);
  });

  it("fails if a signature always verifies, or never", async () => {
    for (const always of [0, 1]) {
      expect(await prove((which, b, c) => ((which & ~0xffff) === Op.ecdsaVerify ? always : crypto(which, b, c)))).toBe(false);
    }
  });

  const outputs: [Op, (place: number, b: number, c: number) => number][] = [
    [Op.sha256Init, (place) => place],
    [Op.sha256Update, (place) => place],
    [Op.sha256Final, (_place, b) => b],
    [Op.sha256, (_place, _b, c) => c],
    [Op.sha1Init, (place) => place],
    [Op.sha1Update, (place) => place],
    [Op.sha1Final, (_place, b) => b],
    [Op.hmac, (_place, _b, c) => c],
    [Op.expandLabel, (_place, _b, c) => c],
    [Op.aeadInit, (place) => place],
    [Op.openUpdate, (_place, b) => b],
    [Op.seal, (_place, b) => b],
    [Op.x25519Public, (_place, b) => b],
    [Op.x25519, (_place, _b, c) => c],
    [Op.p256Public, (_place, b) => b + 40],
    [Op.p256, (_place, _b, c) => c],
    [Op.ecdsaSign, (_place, _b, c) => c],
    [Op.rsaStep, (place) => place],
    [Op.mgf1Xor, (_place, b) => b],
    [Op.jsonScan, (place) => place],
  ];
  it.each(outputs)("fails if operation %i writes something else", async (op, output) => {
    const spoiled: CryptoCall = (which, b = 0, c = 0) => {
      const result = crypto(which, b, c);
      if ((which & ~0xffff) === op) ram[output(which & 0xffff, b, c)] ^= 1;
      return result;
    };
    expect(await prove(spoiled)).toBe(false);
  });
});
