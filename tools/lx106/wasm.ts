/** As much of a WebAssembly assembler as the translation needs (WebAssembly core specification 1.0, chapter 5). */

export const enum Wasm {
  unreachable = 0x00,
  block = 0x02,
  loop = 0x03,
  if = 0x04,
  else = 0x05,
  end = 0x0b,
  br = 0x0c,
  br_if = 0x0d,
  br_table = 0x0e,
  return = 0x0f,
  call = 0x10,
  call_indirect = 0x11,
  select = 0x1b,
  local_get = 0x20,
  local_set = 0x21,
  local_tee = 0x22,
  i32_load = 0x28,
  i64_load = 0x29,
  i32_load8_u = 0x2d,
  i32_load16_s = 0x2e,
  i32_load16_u = 0x2f,
  i32_store = 0x36,
  i64_store = 0x37,
  i32_store8 = 0x3a,
  i32_store16 = 0x3b,
  i32_const = 0x41,
  i64_const = 0x42,
  i32_eqz = 0x45,
  i32_eq = 0x46,
  i32_ne = 0x47,
  i32_lt_s = 0x48,
  i32_lt_u = 0x49,
  i32_gt_u = 0x4b,
  i32_ge_s = 0x4e,
  i32_ge_u = 0x4f,
  i32_clz = 0x67,
  i32_add = 0x6a,
  i32_sub = 0x6b,
  i32_mul = 0x6c,
  i32_and = 0x71,
  i32_or = 0x72,
  i32_xor = 0x73,
  i32_shl = 0x74,
  i32_shr_s = 0x75,
  i32_shr_u = 0x76,
  i32_rotr = 0x78,
  i64_add = 0x7c,
  i64_or = 0x84,
  i64_shl = 0x86,
  i64_shr_s = 0x87,
  i64_shr_u = 0x88,
  i32_wrap_i64 = 0xa7,
  i64_extend_i32_s = 0xac,
  i64_extend_i32_u = 0xad,
}

export const enum Type {
  i32 = 0x7f,
  empty = 0x40,
  function = 0x60,
  funcref = 0x70,
}

const enum Section {
  type = 1,
  import = 2,
  function = 3,
  export = 7,
  element = 9,
  code = 10,
}

const MAGIC = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** Appends an unsigned number in LEB128. */
export function pushUnsigned(out: number[], value: number): void {
  let rest = value >>> 0;
  while (rest > 127) {
    out.push((rest & 127) | 128);
    rest >>>= 7;
  }
  out.push(rest);
}

/** Appends a signed 32-bit number in LEB128. */
export function pushSigned(out: number[], value: number): void {
  let rest = value | 0;
  while (rest < -64 || rest > 63) {
    out.push((rest & 127) | 128);
    rest >>= 7;
  }
  out.push(rest & 127);
}

/** One function's instructions as they are written down. */
export class Code {
  readonly bytes: number[] = [];

  /** Appends instructions that have no immediate. */
  op(...ops: Wasm[]): this {
    for (const op of ops) this.bytes.push(op);
    return this;
  }

  /** Appends an instruction with one unsigned immediate: a local, a label, a function. */
  with(op: Wasm, value: number): this {
    this.bytes.push(op);
    pushUnsigned(this.bytes, value);
    return this;
  }

  const(value: number): this {
    this.bytes.push(Wasm.i32_const);
    pushSigned(this.bytes, value);
    return this;
  }

  const64(value: number): this {
    this.bytes.push(Wasm.i64_const);
    pushSigned(this.bytes, value);
    return this;
  }

  /** Opens a block, loop or if. */
  open(op: Wasm, type: number = Type.empty): this {
    this.bytes.push(op, type);
    return this;
  }

  /** Appends a load or store at a constant offset from the address on the stack. */
  memory(op: Wasm, offset = 0): this {
    this.bytes.push(op, 0);
    pushUnsigned(this.bytes, offset);
    return this;
  }

  branchTable(labels: number[], otherwise: number): this {
    this.bytes.push(Wasm.br_table);
    pushUnsigned(this.bytes, labels.length);
    for (const label of labels) pushUnsigned(this.bytes, label);
    pushUnsigned(this.bytes, otherwise);
    return this;
  }
}

export interface Signature {
  parameters: number;
  results: number;
}

export interface WasmFunction {
  /** Index into the module's types. */
  type: number;
  /** Locals beyond the parameters, all i32. */
  locals: number;
  code: Code;
}

export interface WasmModule {
  /** Of i32 alone. */
  types: Signature[];
  /** Imported functions: names in `env`, with their types; `env.memory` and `env.table` are imported always. */
  imports: { name: string; type: number }[];
  functions: WasmFunction[];
  /** Functions (index among all, imports first) to export. */
  exports?: { name: string; index: number }[];
  /** Functions to put into the table from `at` on. */
  elements?: { at: number; indices: number[] };
}

function text(value: string): number[] {
  return [value.length, ...Buffer.from(value, "ascii")];
}

function section(out: number[], id: Section, items: number[][]): void {
  const body: number[] = [];
  pushUnsigned(body, items.length);
  for (const item of items) for (const byte of item) body.push(byte);
  out.push(id);
  pushUnsigned(out, body.length);
  for (const byte of body) out.push(byte);
}

function functionBody({ locals, code }: WasmFunction): number[] {
  const body: number[] = [];
  if (locals === 0) body.push(0);
  else {
    body.push(1);
    pushUnsigned(body, locals);
    body.push(Type.i32);
  }
  for (const byte of code.bytes) body.push(byte);
  body.push(Wasm.end);
  const sized: number[] = [];
  pushUnsigned(sized, body.length);
  for (const byte of body) sized.push(byte);
  return sized;
}

/** Puts a module into its binary form. */
export function assembleModule(module: WasmModule): Uint8Array<ArrayBuffer> {
  const out = [...MAGIC];
  const values = (count: number): number[] => [count, ...new Array<number>(count).fill(Type.i32)];
  section(
    out,
    Section.type,
    module.types.map((type) => [Type.function, ...values(type.parameters), ...values(type.results)]),
  );
  section(out, Section.import, [
    [...text("env"), ...text("memory"), 2, 0, 1],
    [...text("env"), ...text("table"), 1, Type.funcref, 0, 0],
    ...module.imports.map(({ name, type }) => [...text("env"), ...text(name), 0, type]),
  ]);
  section(
    out,
    Section.function,
    module.functions.map((f) => [f.type]),
  );
  const numbers = (...list: number[]): number[] => {
    const item: number[] = [];
    for (const value of list) pushUnsigned(item, value);
    return item;
  };
  if (module.exports) {
    section(
      out,
      Section.export,
      module.exports.map(({ name, index }) => [...text(name), 0, ...numbers(index)]),
    );
  }
  if (module.elements) {
    const at: number[] = [];
    pushSigned(at, module.elements.at);
    const { indices } = module.elements;
    section(out, Section.element, [[0, Wasm.i32_const, ...at, Wasm.end, ...numbers(indices.length, ...indices)]]);
  }
  section(out, Section.code, module.functions.map(functionBody));
  return Uint8Array.from(out);
}
