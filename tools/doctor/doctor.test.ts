import { X509Certificate } from "node:crypto";
import { createColors } from "picocolors";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { KernelBlob } from "../../board/esp8266/kernels.generated";
import { flashFirmware } from "../flash/flash";
import { type StandIn, startStandIn } from "../github-stand-in/server";
import { ESPRUINO_BIN, EspruinoBoard } from "../serial/espruino-board.testing";
import { FakeBoard, type FakeBoardOptions } from "../serial/fake-board.testing";
import { Prompt } from "../serial/prompt";
import { message } from "../serial/tool-error";
import { checkBoard, checkNode, checkTrust, type Finding, find, skipped } from "./checks";
import { formatFindings } from "./page";

const SHORT = { ping: 25, answer: 60, settle: 1, heldOff: 20 };
const plain = createColors(false);

async function boardWithFirmware(options: FakeBoardOptions = {}): Promise<FakeBoard> {
  const board = new FakeBoard(options);
  const script = Buffer.from('print("connecting to net")');
  await flashFirmware(new Prompt(board, SHORT), script, { step: () => {}, begin: () => {}, progress: () => {} }, { firstLineMs: 60 });
  return board;
}

/** Does on the board what the firmware does at its first start. */
async function proveKernels(board: FakeBoard, mark: string): Promise<void> {
  const prompt = new Prompt(board, SHORT);
  await prompt.reset();
  await prompt.run(`require("Storage").write("bl-guard","${KernelBlob.crc} 2v29 ${mark}")`);
}

async function examine(board: FakeBoard): Promise<Record<string, Finding>> {
  const prompt = new Prompt(board, SHORT);
  await prompt.attach();
  const findings = await checkBoard(prompt);
  await prompt.detach();
  return Object.fromEntries(findings.map((finding) => [finding.subject, finding]));
}

describe("the board", () => {
  it("is fine after flash and first start", async () => {
    const board = await boardWithFirmware();
    await proveKernels(board, "p");
    const findings = await examine(board);
    expect(Object.values(findings).map(({ verdict }) => verdict)).toEqual(["ok", "ok", "ok", "ok", "ok", "ok"]);
    expect(findings.Espruino.text).toBe("2v29 (ESP8266_4MB)");
    expect(findings.Storage.text).toMatch(/^\d+ KB of 192 KB free, 0 KB in erased files$/);
    expect(findings.Variables.text).toBe("1540 of 1600 free");
    expect(findings.Firmware.text).toBe("fw-a, upload 1, 26 bytes, whole");
    expect(findings.Kernels.text).toBe(`${KernelBlob.length} bytes, proven`);
    expect(findings["Wi-Fi"].text).toBe("connected, 192.168.1.104");
  });

  it("goes on running while it is looked at", async () => {
    const board = await boardWithFirmware();
    const boots = board.boots;
    await examine(board);
    expect(board.boots).toBe(boots);
  });

  it("without firmware says so", async () => {
    const findings = await examine(new FakeBoard());
    expect(findings.Firmware).toMatchObject({ verdict: "bad", text: "none on the board: npm run flash" });
    expect(findings.Kernels.text).toBe("not tried yet: see npm run monitor");
  });

  it("with other boot code says so", async () => {
    const board = await boardWithFirmware();
    const prompt = new Prompt(board, SHORT);
    await prompt.reset();
    await prompt.run('require("Storage").write(".bootcde","print(1)")');
    expect((await examine(board)).Firmware.text).toBe("other boot code would run: npm run flash");
  });

  it("with kernels that are switched off or not proven says so", async () => {
    const board = await boardWithFirmware();
    await proveKernels(board, "x");
    expect((await examine(board)).Kernels.text).toContain("switched off after two crashes");
    const other = await boardWithFirmware();
    await proveKernels(other, "0");
    expect((await examine(other)).Kernels.text).toBe("not proven yet: see npm run monitor");
  });

  it("without an address says so", async () => {
    const board = await boardWithFirmware();
    board.address = "0.0.0.0";
    expect((await examine(board))["Wi-Fi"]).toMatchObject({
      verdict: "bad",
      text: "no address (no ap found): npm run config, npm run flash",
    });
  });

  it("of the wrong build says so", async () => {
    const findings = await examine(new FakeBoard({ build: "ESP8266_BOARD", pages: 4 }));
    expect(findings.Espruino.verdict).toBe("bad");
    expect(findings.Espruino.text).toContain("the 4 MB build");
  });
});

describe("the server's certificate", () => {
  let standIn: StandIn;
  let chain: X509Certificate[];
  beforeAll(async () => {
    standIn = await startStandIn({ names: ["api.github.com"] });
    chain = standIn.identity.certificates.map((certificate) => new X509Certificate(certificate));
  });
  afterAll(() => standIn.close());
  const look = (server: { fingerprints?: string[]; caKeys?: string[] }, now = new Date()) =>
    checkTrust({ host: "api.github.com", ...server }, async () => chain, now);

  it("is fine if the config knows it, by either hash or by its CA", async () => {
    const fine = { verdict: "ok", text: expect.stringMatching(/^api.github.com: the pinned one, \d\d days left$/) };
    expect(await look({ fingerprints: [standIn.fingerprintSha1] })).toMatchObject(fine);
    expect(await look({ fingerprints: [standIn.fingerprintSha256.replaceAll(" ", ":").toLowerCase()] })).toMatchObject(fine);
    expect(await look({ caKeys: [standIn.caKeySha256] })).toMatchObject({
      verdict: "ok",
      text: expect.stringContaining("CA is the pinned one"),
    });
  });

  it("is to be pinned anew if it is another, or ends soon", async () => {
    expect(await look({ fingerprints: ["00".repeat(20)] })).toMatchObject({
      verdict: "bad",
      text: "api.github.com has another one now: npm run pin -- api.github.com --write, npm run flash",
    });
    const late = new Date(new Date(chain[0].validTo).getTime() - 10 * 86_400_000);
    expect((await look({ fingerprints: [standIn.fingerprintSha1] }, late)).text).toContain("10 days left: npm run pin");
    expect((await look({ caKeys: [standIn.caKeySha256] }, late)).verdict).toBe("ok");
  });

  it("that cannot be had is said", async () => {
    const finding = await checkTrust({ host: "h" }, () => Promise.reject(new Error("connection_refused: nobody listens")), new Date());
    expect(finding).toEqual({ subject: "Certificate", verdict: "bad", text: "connection_refused: nobody listens" });
  });
});

describe.skipIf(!ESPRUINO_BIN)("a real Espruino (needs ESPRUINO_BIN)", () => {
  it("is looked at while its firmware runs", async () => {
    const board = new EspruinoBoard(ESPRUINO_BIN as string);
    onTestFinished(() => board.close());
    const script = Buffer.from('print("connecting to net");setInterval(function(){print("tick")},100)');
    await flashFirmware(new Prompt(board), script, { step: () => {}, begin: () => {}, progress: () => {} });
    const prompt = new Prompt(board);
    await prompt.attach();
    const findings = await checkBoard(prompt);
    await prompt.detach();
    expect(await prompt.waitFor(/tick/, 3000)).toBeTruthy();
    const verdicts = Object.fromEntries(findings.map(({ subject, verdict }) => [subject, verdict]));
    expect(verdicts).toMatchObject({ Espruino: "ok", Storage: "ok", Variables: "ok", Firmware: "ok", Kernels: "bad", "Wi-Fi": "bad" });
    expect(board.starts).toBe(2);
  });
});

describe("the page", () => {
  it("breaks messages at words on a terminal, and nowhere else", () => {
    const text = "word ".repeat(40).trim();
    const lines = message("error:", 6, text, { isTTY: true, columns: 80 } as NodeJS.WriteStream)
      .trimEnd()
      .split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines[1]).toMatch(/^ {7}word/);
    expect(message("error:", 6, text, { isTTY: false } as NodeJS.WriteStream)).toBe(`error: ${text}\n`);
  });

  it("knows the Node that is too old", async () => {
    expect((await checkNode("20.12.0")).verdict).toBe("ok");
    expect((await checkNode("22.1.0")).verdict).toBe("ok");
    expect(await checkNode("20.11.1")).toMatchObject({ verdict: "bad", text: "20.11.1 is too old: install 20.12 or later" });
    expect((await checkNode("18.20.0")).verdict).toBe("bad");
  });

  it("has lines of at most 80 columns", async () => {
    const long = await find("Port", () => Promise.reject(new Error("word ".repeat(40).trim())));
    const lines = formatFindings([long, skipped("Certificate", "not looked at"), { subject: "Node", verdict: "ok", text: "20" }], plain);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines[0]).toMatch(/^✗ Port {9}word word/);
    expect(lines.at(-2)).toBe("- Certificate  not looked at");
    expect(lines.at(-1)).toBe("✓ Node         20");
  });
});
