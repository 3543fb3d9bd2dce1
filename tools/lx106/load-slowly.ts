/** The function that translated code calls for 32-bit loads outside data RAM, and the functions that each module of units has. */
import { DATA_RAM, FLASH, FLASH_BYTES, Place } from "./memory-map";
import { Code, Type, Wasm } from "./wasm";

/** Functions of a module of units, in the order of their indices. */
export const enum FunctionIndex {
  load,
  store,
  trap,
  loadSlowly,
  firstUnit,
}

/** The function behind 32-bit loads outside data RAM (offset from it, pc, instructions remaining): flash at once, all else through `load`. */
export function loadSlowlyCode(): Code {
  const code = new Code();
  const [offset, pc, remaining] = [0, 1, 2];
  const flashOffset = (): Code =>
    code
      .with(Wasm.local_get, offset)
      .const(DATA_RAM - FLASH)
      .op(Wasm.i32_add);
  flashOffset()
    .const(2)
    .op(Wasm.i32_rotr)
    .const(FLASH_BYTES / 4)
    .op(Wasm.i32_lt_u)
    .open(Wasm.if, Type.i32);
  flashOffset().memory(Wasm.i32_load, Place.flash).op(Wasm.else);
  code.with(Wasm.local_get, offset).const(DATA_RAM).op(Wasm.i32_add).const(4).with(Wasm.local_get, pc).with(Wasm.local_get, remaining);
  return code.with(Wasm.call, FunctionIndex.load).op(Wasm.end);
}
