import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { FakeRom, type FakeRomOptions } from "./fake-rom.testing";
import { checkImage, IMAGE_BYTES } from "./image";
import { FAST_BAUD_RATE, writeImage } from "./write-image";

/** Looks like Espruino's image: boot loader, application, a name in it, and much that is erased. */
function makeImage(): Buffer {
  const image = Buffer.alloc(IMAGE_BYTES, 0xff);
  randomBytes(60_000).copy(image, 0x1000);
  image.set([0xe9, 0x00, 0x02, 0x40], 0);
  image[0x1000] = 0xea;
  image.write("Espruino", 0x2000);
  return image;
}

describe("the image", () => {
  it("must be Espruino's 4 MB image for the ESP8266", () => {
    expect(() => checkImage(makeImage())).not.toThrow();
    expect(() => checkImage(makeImage().subarray(1))).toThrow(
      "4194303 bytes long, a 4 MB image is 4194304: espruino_*_esp8266_4mb_combined_4096.bin",
    );
    expect(() => checkImage(Buffer.alloc(512 * 1024))).toThrow("524288 bytes long");
    const esp32 = makeImage();
    esp32.fill(0xff, 0, 0x1000);
    expect(() => checkImage(esp32)).toThrow("this is no ESP8266 image");
    const noApplication = makeImage();
    noApplication[0x1000] = 0xff;
    expect(() => checkImage(noApplication)).toThrow("this is no ESP8266 image");
    const other = makeImage();
    other.fill(0, 0x2000, 0x2010);
    expect(() => checkImage(other)).toThrow("there is no Espruino in this image");
  });
});

describe("writing Espruino through the boot loader", () => {
  async function write(options: FakeRomOptions = {}, baudRate?: number) {
    const rom = new FakeRom(options);
    const steps: string[] = [];
    const progress: number[] = [];
    const image = makeImage();
    await writeImage(
      rom,
      image,
      { step: (text) => void steps.push(text), progress: (done, total) => void progress.push(done / total) },
      baudRate,
    );
    return { rom, steps, progress, image };
  }

  it("switches the speed, writes, verifies and restarts", async () => {
    const { rom, steps, progress, image } = await write();
    expect(steps).toEqual(["found an ESP8266EX on /dev/ttyROM", "verified: the flash has the image's MD5"]);
    expect(progress.at(-1)).toBe(1);
    expect(rom.baudRates).toEqual([115200, 115200, FAST_BAUD_RATE, 115200]);
    expect(rom.runsProgram).toBe(true);
    expect(rom.flash.subarray(4).equals(image.subarray(4))).toBe(true);
    expect([...rom.flash.subarray(0, 4)]).toEqual([0xe9, 0x00, 0x00, 0x6f]);
  });

  it("notices a byte that the flash does not keep", async () => {
    await expect(write({ brokenByte: 0x1234 })).rejects.toThrow(
      "writing failed (MD5 of file does not match data in flash!): run the command again",
    );
  });

  it("refuses another chip", async () => {
    await expect(write({ magic: 0x00f01d83 })).rejects.toThrow("is an ESP32, not an ESP8266");
  });

  it("refuses a board with less than 4 MB", async () => {
    await expect(write({ flashId: 0x1440ef })).rejects.toThrow("this board has 1024 KB of flash: a board with 4 MB is needed");
  });

  it("says what to do when the boot loader does not answer", { timeout: 60_000 }, async () => {
    await expect(write({ deaf: true })).rejects.toThrow(/the boot loader on .* does not answer .*: hold the FLASH button/);
  });

  it("says what to do when the cable is pulled", { timeout: 60_000 }, async () => {
    await expect(write({ unplugAfterBlocks: 2 })).rejects.toThrow(/writing failed .*: run the command again/);
  });
});
