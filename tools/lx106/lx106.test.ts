import { createContext, runInContext } from "node:vm";
import { beforeEach, describe, expect, test } from "vitest";
import { At } from "../../src/crypto/workspace";
import { kernelCrypto } from "./kernel-crypto";
import { DATA_RAM, FLASH, INSTRUCTION_RAM, Lx106, Lx106Trap, STACK_TOP, type TrapKind } from "./lx106";
import * as m from "./machine-code.testing";

const CODE = FLASH + 0x100;
const [A0, A1, A2, A3, A4, A12] = [0, 1, 2, 3, 4, 12];

let cpu: Lx106;
beforeEach(() => {
  cpu = new Lx106({ instructionLimit: 100_000 });
});

/** Puts instructions at CODE, with `ret` at the end. */
function load(...instructions: (readonly number[])[]): void {
  cpu.loadFlash(CODE, [...instructions, m.ret].flat());
}

function trapOf(run: () => unknown): Lx106Trap {
  try {
    run();
  } catch (error) {
    if (error instanceof Lx106Trap) return error;
    throw error;
  }
  throw new Error("no trap");
}

/** [name, kind, instructions (the last one traps), a2, address that the trap names] */
const BAD_BLOBS: [string, TrapKind, number[][], number, number?][] = [
  ["byte load from flash", "sub_word_code_access", [m.l8ui(A2, A2, 1)], FLASH, FLASH + 1],
  ["16-bit load from flash", "sub_word_code_access", [m.l16ui(A2, A2, 2)], FLASH, FLASH + 2],
  ["signed 16-bit load from instruction RAM", "sub_word_code_access", [m.l16si(A2, A2, 2)], INSTRUCTION_RAM, INSTRUCTION_RAM + 2],
  ["byte store into instruction RAM", "sub_word_code_access", [m.s8i(A3, A2, 3)], INSTRUCTION_RAM, INSTRUCTION_RAM + 3],
  ["word store into flash", "flash_write", [m.s32i(A3, A2, 8)], FLASH, FLASH + 8],
  ["unaligned word load", "unaligned_access", [m.l32i(A2, A2, 4)], DATA_RAM + 2, DATA_RAM + 6],
  ["unaligned 16-bit load", "unaligned_access", [m.l16ui(A2, A2, 0)], DATA_RAM + 1, DATA_RAM + 1],
  ["unaligned word store", "unaligned_access", [m.s32i(A3, A2, 0)], DATA_RAM + 3, DATA_RAM + 3],
  ["unaligned 16-bit store", "unaligned_access", [m.s16i(A3, A2, 0)], DATA_RAM + 3, DATA_RAM + 3],
  ["unaligned word load from flash", "unaligned_access", [m.l32i(A2, A2, 0)], FLASH + 2, FLASH + 2],
  ["load through a null pointer", "unmapped_access", [m.l32i(A2, A2, 12)], 0, 12],
  ["byte load below data RAM", "unmapped_access", [m.l8ui(A2, A2, 0)], DATA_RAM - 1, DATA_RAM - 1],
  ["byte store above data RAM", "unmapped_access", [m.s8i(A3, A2, 0)], DATA_RAM + 80 * 1024, DATA_RAM + 80 * 1024],
  ["load above the flash window", "unmapped_access", [m.l32i(A2, A2, 0)], FLASH + 1024 * 1024, FLASH + 1024 * 1024],
  ["store to the random register", "unmapped_access", [m.s32i(A3, A2, 0)], 0x3ff20e44, 0x3ff20e44],
  ["muluh", "illegal_instruction", [m.muluh(A2, A3, A4)], 0],
  ["quou", "illegal_instruction", [m.quou(A2, A3, A4)], 0],
  ["sext", "illegal_instruction", [m.sext(A2, A3, A4)], 0],
  ["loop", "illegal_instruction", [m.loop(A2)], 0],
  ["l32ai", "illegal_instruction", [m.l32ai(A2, A2, 0)], DATA_RAM],
  ["rsr.ccount", "illegal_instruction", [m.rsrCcount(A2)], 0],
  ["break", "break_instruction", [[...m.breakN]], 0],
  ["stack below the limit", "stack_overrun", [m.addmi(A1, A1, -512), m.addi(A1, A1, -16)], 0, STACK_TOP - 528],
  ["stack above where it began", "stack_overrun", [m.addi(A1, A1, 16)], 0, STACK_TOP + 16],
  ["stack not aligned", "stack_overrun", [m.addi(A1, A1, -8)], 0, STACK_TOP - 8],
];

describe("each of the chip's rules traps by name", () => {
  test.each(BAD_BLOBS)("%s: %s", (_name, kind, instructions, a2, address) => {
    load(...instructions);
    const trap = trapOf(() => cpu.call(CODE, [a2, 1]));
    expect(trap.kind).toBe(kind);
    expect(trap.pc).toBe(CODE + instructions.slice(0, -1).flat().length);
    if (address !== undefined) expect(trap.address).toBe(address);
    expect(trap.message).toContain(kind);
    expect(cpu.instructions).toBe(instructions.length);
  });

  test("a jump into data RAM", () => {
    load(m.jx(A2));
    expect(trapOf(() => cpu.call(CODE, [DATA_RAM + 64]))).toMatchObject({ kind: "data_ram_execution", pc: DATA_RAM + 64 });
  });

  test("a call to what is no memory", () => {
    load(m.callx0(A2));
    expect(trapOf(() => cpu.call(CODE, [0x40000100]))).toMatchObject({ kind: "unmapped_execution", pc: 0x40000100 });
  });

  test("a callee-saved register changed", () => {
    load(m.movi(A12, 5));
    expect(trapOf(() => cpu.call(CODE)).kind).toBe("callee_saved_register");
  });

  test("a return with stack still taken", () => {
    load(m.addi(A1, A1, -16));
    expect(trapOf(() => cpu.call(CODE)).kind).toBe("callee_saved_register");
  });

  test("code that never returns, in one block and from unit to unit", () => {
    load(m.j(0));
    expect(trapOf(() => cpu.call(CODE))).toMatchObject({ kind: "instruction_limit", pc: CODE });
    expect(cpu.instructions).toBe(100_001);
    load(m.callx0(A2));
    expect(trapOf(() => cpu.call(CODE, [CODE])).kind).toBe("instruction_limit");
  });

  test("the next call after a trap is an ordinary one", () => {
    load(m.l32i(A2, A2, 0));
    trapOf(() => cpu.call(CODE, [1]));
    cpu.writeRam(DATA_RAM, [0xfe, 0xff, 0xff, 0xff]);
    expect(cpu.call(CODE, [DATA_RAM])).toBe(-2);
  });
});

describe("calls and counts", () => {
  test("arguments go in a2 to a7, the result comes from a2", () => {
    load(m.add(A2, A2, A3), m.add(A2, A2, A4));
    expect(cpu.call(CODE, [1, 20, 300])).toBe(321);
    expect(cpu.instructions).toBe(3);
  });

  test("instructions of a loop are counted exactly, also past what is granted at a time", () => {
    load(m.addi(A2, A2, -1), m.bnez(A2, -3));
    cpu.call(CODE, [1000]);
    expect(cpu.instructions).toBe(2001);
    cpu.instructionLimit = 3e9;
    cpu.instructions = 0;
    cpu.call(CODE, [0x20000010]);
    expect(cpu.instructions).toBe(2 * 0x20000010 + 1);
  });

  test("the ends of the narrow movi's range", () => {
    for (const [bytes, value] of [
      [[0x6c, 0x02], -32],
      [[0x7c, 0xf2], -1],
      [[0x5c, 0xf2], 95],
    ] as const) {
      load(bytes);
      expect(cpu.call(CODE)).toBe(value);
    }
  });

  test("a loop entered in the middle of the loop inside it", () => {
    const inner = m.addi(A3, A3, 1);
    const middle = m.addi(A4, A4, -1);
    // The outer loop enters the inner one at its beginning or, where a2 is zero, in its middle.
    load(m.movi(A4, 3), m.bnez(A2, 6), m.j(6), inner, middle, m.bnez(A4, -6), m.addi(A2, A2, -1), m.bnez(A2, -21), m.add(A2, A3, A4));
    expect(cpu.call(CODE, [4, 0])).toBe(12);
    expect(cpu.instructions).toBe(4 * (2 + 3 * 3 + 2) + 2);
  });

  test("the deepest stack is kept", () => {
    load(m.addi(A1, A1, -96), m.s32i(A3, A1, 92), m.l32i(A2, A1, 92), m.addi(A1, A1, 96));
    expect(cpu.call(CODE, [0, 77])).toBe(77);
    expect(cpu.deepestStack).toBe(96);
  });

  test("the random register is read anew each time", () => {
    let reads = 0x80000000;
    cpu.onRandomRegister = () => reads++;
    load(m.l32i(A3, A2, 0), m.l32i(A2, A2, 0), m.add(A2, A2, A3));
    expect(cpu.call(CODE, [0x3ff20e44])).toBe(1);
  });

  test("code that was loaded over is translated anew", () => {
    load(m.movi(A2, 1));
    expect(cpu.call(CODE)).toBe(1);
    load(m.movi(A2, 2));
    expect(cpu.call(CODE)).toBe(2);
  });

  test("instruction RAM is executed, read and written by the word", () => {
    cpu.loadInstructionRam(INSTRUCTION_RAM, [m.movi(A2, 7), m.ret].flat());
    load(m.addi(A1, A1, -16), m.s32i(A0, A1, 0), m.callx0(A2), m.l32i(A0, A1, 0), m.addi(A1, A1, 16));
    expect(cpu.call(CODE, [INSTRUCTION_RAM])).toBe(7);
    const [low, middle, high] = m.movi(A2, 9);
    load(m.s32i(A3, A2, 0), m.isync, m.addi(A1, A1, -16), m.s32i(A0, A1, 0), m.callx0(A2), m.l32i(A0, A1, 0), m.addi(A1, A1, 16));
    const changed = low | (middle << 8) | (high << 16) | (m.ret[0] << 24);
    expect(cpu.call(CODE, [INSTRUCTION_RAM, changed])).toBe(9);
    expect(cpu.call(CODE, [INSTRUCTION_RAM, changed - (1 << 16)])).toBe(8);
  });

  test("a profile by symbol", () => {
    cpu = new Lx106({ profile: true });
    load(m.movi(A3, 1), m.addi(A2, A2, -1), m.bnez(A2, -3), m.j(3), m.movi(A3, 1));
    cpu.call(CODE, [10]);
    cpu.call(CODE, [5]);
    const symbols = [
      { name: "work", address: CODE },
      { name: "end", address: CODE + 12 },
    ];
    expect(cpu.profile(symbols)).toEqual([
      { name: "work", calls: 2, instructions: 34 },
      { name: "end", calls: 2, instructions: 4 },
    ]);
  });
});

describe("arrays in data RAM", () => {
  test("a placed array is copied in and out, one of another context too", () => {
    load(m.l8ui(A4, A2, 0), m.add(A4, A4, A3), m.s8i(A4, A2, 1));
    const foreign = runInContext("new Uint8Array([40, 0, 0])", createContext()) as Uint8Array;
    for (const bytes of [foreign, Uint8Array.of(40, 0, 0)]) {
      const address = cpu.place(bytes);
      expect(cpu.place(bytes)).toBe(address);
      cpu.call(CODE, [address, 2]);
      expect([...bytes]).toEqual([40, 42, 0]);
    }
  });

  test("an array over emulated memory has its own address", () => {
    const view = new Uint8Array(cpu.ram.buffer, cpu.ram.byteOffset + 0x2000, 16);
    expect(cpu.place(view)).toBe(DATA_RAM + 0x2000);
    const allocated = cpu.allocate(100);
    allocated[3] = 9;
    load(m.l8ui(A2, A2, 3));
    expect(cpu.call(CODE, [cpu.place(allocated)])).toBe(9);
    expect(cpu.place(allocated) % 8).toBe(4);
  });

  test("a write beside the workspace traps", () => {
    const blob = [m.add(A2, A2, A4), m.s8i(A4, A2, 0), m.ret].flat();
    const own = new Uint8Array(At.end);
    for (const options of [{}, { ram: own }]) {
      for (const place of [At.end, -1]) {
        const { crypto, ram, cpu } = kernelCrypto(Uint8Array.from(blob), options);
        expect(ram.length).toBe(At.end);
        crypto(0, 0);
        crypto(0, At.end - 1);
        expect(trapOf(() => crypto(0, place))).toMatchObject({ kind: "out_of_bounds_write", address: cpu.place(ram) + place });
      }
    }
  });
});
