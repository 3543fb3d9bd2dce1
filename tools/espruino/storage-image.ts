/** The flash of Espruino on Linux, `espruino.flash` in its working directory, with files in its Storage (Espruino's src/jsflash.c). */

const imageBytes = 256 * 1024;
const headerBytes = 32;
const alignment = 4;
const erased = 0xff;

/** @param files name (at most 28 characters) -> bytes. What is executed from flash, ".bootcde" among them, lies there as it is. */
export function storageImage(files: Record<string, Buffer | string>): Buffer {
  const image = Buffer.alloc(imageBytes, erased);
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const bytes = typeof content === "string" ? Buffer.from(content, "latin1") : content;
    image.writeUInt32LE(bytes.length, at);
    image.fill(0, at + 4, at + headerBytes);
    image.write(name, at + 4, "latin1");
    bytes.copy(image, at + headerBytes);
    at += headerBytes + Math.ceil(bytes.length / alignment) * alignment;
  }
  return image;
}
