const REFLECTED_POLYNOMIAL = 0xedb88320;
const BYTE_VALUES = 256;

const table = new Uint32Array(BYTE_VALUES).map((_, value) => {
  let crc = value;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ REFLECTED_POLYNOMIAL : crc >>> 1;
  return crc;
});

/** CRC-32 as in ISO 3309 and Espruino's E.CRC32. Gives 0 to 2^32-1. */
export function crc32(data: Uint8Array | string): number {
  const bytes = typeof data === "string" ? Buffer.from(data, "latin1") : data;
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ table[(crc ^ byte) & 0xff];
  return ~crc >>> 0;
}
