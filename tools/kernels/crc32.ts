/** CRC-32 (IEEE 802.3), as Espruino's E.CRC32 computes it. */
export function crc32(bytes: Uint8Array): number {
  const polynomial = 0xedb88320;
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (polynomial & -(crc & 1));
  }
  return ~crc >>> 0;
}
