/**
 * The crypto double: stands in for the kernels where they cannot run, and gives the recorded result of each operation in order (record.ts
 * says how the Storage file "double" is laid out). It takes about the memory that the kernels' call takes: one function and what it closes
 * over, and nothing for what is recorded, which stays in flash. Where a poll broke off it begins anew with the next one, which draws its keys first.
 * Takes the place of board/esp8266/kernel-store.ts.
 */
export function openKernels(ram, done) {
  const storage = require("Storage");
  const firstOperation = 0x1a;
  let at = 0;
  done(0, function (op) {
    let entry = storage.read("double", at, 4);
    if (entry.length < 4 || (op >> 16 === firstOperation && entry.charCodeAt(0) !== firstOperation))
      entry = storage.read("double", (at = 0), 4);
    if (entry.charCodeAt(0) !== op >> 16) {
      print("the double is out of step", at, entry.charCodeAt(0), op >> 16);
      throw 801;
    }
    const result = entry.charCodeAt(1) + 256 * entry.charCodeAt(2);
    let writes = entry.charCodeAt(3);
    at += 4;
    for (; writes > 0; writes--) {
      entry = storage.read("double", at, 4);
      const length = entry.charCodeAt(2) + 256 * entry.charCodeAt(3);
      ram.set(storage.read("double", at + 4, length), entry.charCodeAt(0) + 256 * entry.charCodeAt(1));
      at += 4 + length;
    }
    return result;
  });
}
