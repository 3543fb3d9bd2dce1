/**
 * The kernels' machine code behind the script: filling, a zero byte, and the code's bytes at a multiple of 4. Espruino ends a script at a zero, and
 * calls the code where it lies in flash, so it is neither read by the interpreter nor copied.
 */

const alignment = 4;

/** @param script minified text without a zero byte. @returns script and code; its characters are bytes: write it as latin1 */
export function withMachineCode(script: string, code: Uint8Array): string {
  const filling = " ".repeat((alignment - ((script.length + 1) % alignment)) % alignment);
  return `${script}${filling}\0${Buffer.from(code).toString("latin1")}`;
}

/** What the interpreter reads of a firmware: all of it before the machine code. */
export function scriptOf(firmware: string): string {
  return firmware.split("\0", 1)[0]!;
}
