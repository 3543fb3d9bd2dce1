import { ToolError } from "../serial/tool-error";

/** The 4 MB ESP8266 image: boot loader at 0, Espruino at 0x1000, the SDK's own data near the end. */
export const IMAGE_BYTES = 4 * 1024 * 1024;

const APPLICATION_AT = 0x1000;

/** First byte of what the ESP8266's boot ROM and boot loader start: one segment format and the other. */
const IMAGE_MAGICS = [0xe9, 0xea];

/** Espruino lies in the first megabyte. */
const SEARCHED_BYTES = 1024 * 1024;

const ADVICE = "espruino_*_esp8266_4mb_combined_4096.bin from espruino.com/binaries is the right one";

/** @throws ToolError unless this is Espruino's 4 MB image for the ESP8266 */
export function checkImage(image: Uint8Array): void {
  if (image.length !== IMAGE_BYTES) {
    throw new ToolError(`the image is ${image.length} bytes long, a 4 MB image is ${IMAGE_BYTES}: ${ADVICE}`);
  }
  if (!IMAGE_MAGICS.includes(image[0]) || !IMAGE_MAGICS.includes(image[APPLICATION_AT])) {
    throw new ToolError(`this is no ESP8266 image: ${ADVICE}`);
  }
  if (!Buffer.from(image.buffer, image.byteOffset, SEARCHED_BYTES).includes("Espruino")) {
    throw new ToolError(`there is no Espruino in this image: ${ADVICE}`);
  }
}
