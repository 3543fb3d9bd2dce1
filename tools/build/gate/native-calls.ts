/**
 * Methods that the call graph does not follow, because on the ESP8266 what is called is not JavaScript.
 */
export const nativeCalls = new Set([
  // The kernels, by E.nativeCall.
  "crypto",
]);
