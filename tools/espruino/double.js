/**
 * The crypto double: stands in for the kernels where they cannot run, and gives the recorded result of each operation in order. It takes the
 * memory that the kernels' call takes, that of a function; what plays the record is the module "double" (esp8266-shim.ts), which is no part of the
 * firmware. Takes the place of board/esp8266/kernel-store.ts.
 */
export function openKernels(ram, done) {
  const double = require("double");
  double.exec(ram);
  done(0, double.exec);
}
