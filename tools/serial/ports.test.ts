import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished, test } from "vitest";
import { flashFirmware } from "../flash/flash";
import { ESPRUINO_BIN } from "./espruino-board.testing";
import { pause } from "./link";
import { openFailure, openPort } from "./port-link";
import { choosePort, describePort, portsFromSysfs } from "./ports";
import { Prompt } from "./prompt";

const folder = mkdtempSync(join(tmpdir(), "ports-"));
afterAll(() => rmSync(folder, { recursive: true }));

const ch340 = describePort("/dev/ttyUSB0", "1A86");
const cp2102 = describePort("/dev/ttyUSB1", "10c4");
const ftdi = describePort("/dev/ttyUSB2", "0403");
const builtIn = describePort("/dev/ttyS0", undefined);

describe("choosing a port", () => {
  it("knows the bridges by vendor id", () => {
    expect([ch340, cp2102, ftdi, builtIn].map((port) => port.bridge)).toEqual(["CH340", "CP2102", "FTDI", ""]);
  });

  it("takes the one that is named, whatever there is", async () => {
    expect(await choosePort("/dev/x", [ch340])).toBe("/dev/x");
  });

  it("takes the only board", async () => {
    expect(await choosePort(undefined, [builtIn, cp2102])).toBe("/dev/ttyUSB1");
  });

  it("asks, where it can, which of several", async () => {
    expect(await choosePort(undefined, [ch340, ftdi, builtIn], async (ports) => ports[1].path)).toBe("/dev/ttyUSB2");
    await expect(choosePort(undefined, [ch340, ftdi])).rejects.toThrow(
      "several boards found (/dev/ttyUSB0, /dev/ttyUSB2): choose one with --port",
    );
  });

  it("says what to do without a board", async () => {
    await expect(choosePort(undefined, [builtIn])).rejects.toThrow("no board found: plug it in with a USB cable that carries data");
  });

  it("finds ports and vendors in the kernel's file tree where udev is missing", () => {
    const device = join(folder, "devices/usb1/1-1");
    mkdirSync(join(device, "1-1:1.0/ttyUSB3"), { recursive: true });
    writeFileSync(join(device, "idVendor"), "1a86\n");
    for (const name of ["ttyUSB3", "ttyS0", "ttyACM0"]) mkdirSync(join(folder, "class/tty", name), { recursive: true });
    symlinkSync(join(device, "1-1:1.0/ttyUSB3"), join(folder, "class/tty/ttyUSB3/device"));
    const found = portsFromSysfs(join(folder, "class/tty"), "/dev");
    expect(found).toContainEqual(describePort("/dev/ttyUSB3", "1a86"));
    expect(found).toContainEqual(describePort("/dev/ttyACM0", undefined));
    expect(found).toHaveLength(2);
    expect(portsFromSysfs(join(folder, "none"), "/dev")).toEqual([]);
  });
});

describe("a port that does not open", () => {
  test.each([
    ["Error: No such file or directory, cannot open /dev/x", "there is no port /dev/x"],
    ["Error: Permission denied, cannot open /dev/x", 'no permission for /dev/x: run "sudo usermod -aG dialout $USER"'],
    ["Error Resource temporarily unavailable Cannot lock port", "/dev/x is in use: close the program"],
    ["Error: Device or resource busy, cannot open /dev/x", "/dev/x is in use: close the program"],
    ["Error: Inappropriate ioctl for device setting custom baud rate of 115200", "/dev/x is no serial port"],
    ["Error: strange", "cannot open /dev/x: Error: strange"],
  ])("%s", (reason, message) => {
    expect(openFailure("/dev/x", reason).message).toContain(message);
  });

  it("is one that is not there", async () => {
    await expect(openPort(join(folder, "nothing"))).rejects.toThrow("there is no port");
  });
});

const SOCAT = (process.env.PATH ?? "").split(":").some((path) => existsSync(join(path, "socat")));

describe.skipIf(!SOCAT)("a pseudo terminal (needs socat)", () => {
  /** A port with a command at its other end. */
  async function terminal(command: string): Promise<string> {
    const port = join(folder, `pty${Math.random().toString(36).slice(2)}`);
    const socat = spawn("socat", [`PTY,link=${port},raw,echo=0`, `SYSTEM:${command}`], { cwd: folder, stdio: "ignore", detached: true });
    onTestFinished(() => {
      try {
        process.kill(-(socat.pid as number), "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    });
    await pause(300);
    return port;
  }

  it("carries bytes both ways, all 256 of them", async () => {
    const link = await openPort(await terminal("cat"));
    const all = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
    let back = Buffer.alloc(0);
    link.listen({ data: (chunk) => (back = Buffer.concat([back, chunk])), closed: () => {} });
    await link.write(all);
    for (let wait = 0; wait < 100 && back.length < all.length; wait++) await pause(10);
    expect(back.equals(all)).toBe(true);
    await link.signals({ dtr: true, rts: true });
    await link.close();
  });

  it("that is open already is busy", async () => {
    const port = await terminal("cat");
    const link = await openPort(port);
    await expect(openPort(port)).rejects.toThrow(`${port} is in use: close the program that has it open`);
    await link.close();
  });

  it("that goes away is noticed", async () => {
    const link = await openPort(await terminal("sleep 0.5"));
    let closed = 0;
    link.listen({ data: () => {}, closed: () => closed++ });
    for (let wait = 0; wait < 200 && closed === 0; wait++) await pause(10);
    expect(closed).toBe(1);
    await expect(link.write(Buffer.from("x"))).rejects.toThrow("is gone");
  });

  it.skipIf(!ESPRUINO_BIN)("with a real Espruino behind it takes a firmware (needs ESPRUINO_BIN)", async () => {
    const link = await openPort(await terminal(`while true; do ${ESPRUINO_BIN} 2>/dev/null; done`));
    const script = Buffer.from(`print("connecting to net");/*${"x".repeat(4000)}*/`);
    expect(await flashFirmware(new Prompt(link), script, { step: () => {}, begin: () => {}, progress: () => {} })).toBe(
      "connecting to net",
    );
    await link.close();
  });
});
