/**
 * Records both ends' socket events of socket-events.js, on a real Espruino or on the virtual board. As a command it prints both records side by side:
 * `ESPRUINO_BIN=… tsx tools/virtual-board/record-socket-events.ts`.
 */

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { VirtualBoard } from "./board";

const SCRIPT = fileURLToPath(new URL("./socket-events.js", import.meta.url));
const BIG = 5000;
const TIMEOUT = 20_000;
/** Milliseconds after which a server sends what comes too late, and in which the last events of closed sockets arrive. */
const LATE = 50;

/** Each server with what it does to a connection. */
const SERVERS: Record<string, (socket: Socket) => unknown> = {
  normal: (socket) => answer(socket, () => socket.end("hello")),
  big: (socket) => answer(socket, () => socket.end(Buffer.alloc(BIG, "x"))),
  halfClose: (socket) => answer(socket, () => socket.end("bye")),
  reset: (socket) => answer(socket, () => socket.resetAndDestroy()),
  silent: () => undefined,
  earlyWrite: (socket) => socket.on("data", () => undefined),
  queuedEnd: (socket) => socket.on("data", () => undefined),
  endAtOnce: (socket) => setTimeout(() => socket.write("you will not read this"), LATE),
  closedWhileSending: (socket) => socket.once("data", () => socket.end("enough")),
  lateListener: (socket) => socket.write(Buffer.alloc(BIG, "x")),
  writeInData: (socket) => answer(socket, () => socket.write("more?")),
};

/** Answers after a while, so that the answer never falls into the turn of the question. */
function answer(socket: Socket, act: () => void): void {
  socket.once("data", () => setTimeout(act, LATE));
}

/** Servers that go on reading after they have closed their side. */
const HALF_OPEN = ["halfClose"];

/** Events of each case: the client's in order, then the server's. */
export type SocketRecord = Record<string, { client: string[]; server: string[] }>;

interface Servers {
  ports: Record<string, number>;
  events: Record<string, string[]>;
  close(): void;
}

async function startServers(): Promise<Servers> {
  const ports: Record<string, number> = {};
  const events: Record<string, string[]> = {};
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  for (const [name, serve] of Object.entries(SERVERS)) {
    const log: string[] = [];
    events[name] = log;
    const server = createServer({ allowHalfOpen: HALF_OPEN.includes(name) }, (socket) => {
      let received = 0;
      sockets.add(socket);
      socket.on("data", (data: Buffer) => {
        received += data.length;
      });
      socket.on("error", (error: NodeJS.ErrnoException) => log.push("error " + error.code));
      socket.on("end", () => log.push("end after " + received));
      socket.on("close", () => log.push("close"));
      serve(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ports[name] = (server.address() as AddressInfo).port;
    servers.push(server);
  }
  const unused = createServer();
  await new Promise<void>((resolve) => unused.listen(0, "127.0.0.1", resolve));
  ports.refuse = (unused.address() as AddressInfo).port;
  await new Promise<void>((resolve) => unused.close(() => resolve()));
  ports.unknownHost = ports.refuse;
  return {
    ports,
    events,
    close() {
      for (const socket of sockets) socket.destroy();
      for (const server of servers) server.close();
    },
  };
}

/** @param run runs the script and gives what it printed */
async function record(run: (source: string) => Promise<string>): Promise<SocketRecord> {
  const servers = await startServers();
  try {
    const output = await run(`var PORTS = ${JSON.stringify(servers.ports)};\n` + readFileSync(SCRIPT, "utf8"));
    await new Promise((resolve) => setTimeout(resolve, LATE));
    const cases: SocketRecord = {};
    for (const [, name, event] of output.matchAll(/@(\w+): ([ -~]*)/g)) {
      cases[name!] ??= { client: [], server: servers.events[name!] ?? [] };
      cases[name!]!.client.push(event!);
    }
    return cases;
  } finally {
    servers.close();
  }
}

/** @param binary path of an Espruino for Linux */
export function recordOnEspruino(binary: string): Promise<SocketRecord> {
  return record(async (source) => {
    const folder = mkdtempSync(join(tmpdir(), "socket-events-"));
    try {
      const file = join(folder, "script.js");
      writeFileSync(file, source);
      return await outputOf(binary, file, folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

function outputOf(binary: string, file: string, cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    // Its standard input must stay open, or Espruino ends at once.
    const child = spawn(binary, [file], { cwd, stdio: ["pipe", "pipe", "inherit"] });
    let output = "";
    const timer = setTimeout(() => child.kill(), TIMEOUT);
    child.stdout.setEncoding("latin1");
    child.stdout.on("data", (text: string) => {
      output += text;
    });
    child.on("error", reject);
    child.on("close", () => {
      clearTimeout(timer);
      if (output.includes("@done")) resolve(output);
      else reject(new Error("Espruino did not come to the end:\n" + output));
    });
  });
}

export function recordOnVirtualBoard(): Promise<SocketRecord> {
  return record(async (source) => {
    const joined = `function quit() {}\nrequire("Wifi").connect("net", {}, function () {\n${source}});`;
    const board = await VirtualBoard.create({ source: joined });
    board.boot();
    await board.waitForLine(/^@done/, { timeout: TIMEOUT });
    board.stop();
    return board.serial;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const binary = process.env.ESPRUINO_BIN;
  const real = binary ? await recordOnEspruino(binary) : {};
  if (!binary) console.log("ESPRUINO_BIN is not set, so this is the virtual board only");
  const virtual = await recordOnVirtualBoard();
  for (const [name, { client, server }] of Object.entries(virtual)) {
    console.log(name);
    if (real[name]) console.log(`  Espruino:      ${real[name].client.join(", ")} | ${real[name].server.join(", ")}`);
    console.log(`  virtual board: ${client.join(", ")} | ${server.join(", ")}`);
  }
}
