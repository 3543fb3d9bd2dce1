/**
 * A relay that hands on what a server sends only after it has paused, all at once. So the board reads the same pieces of 268 bytes at each run,
 * as it would from full TCP segments, however the computer happens to schedule server and client.
 */
import { type AddressInfo, createServer, connect as openTcp, type Socket } from "node:net";

export interface Relay {
  port: number;
  close(): void;
}

/** Milliseconds without a byte that count as a pause. */
const PAUSE = 250;

function relay(client: Socket, port: number): void {
  const server = openTcp(port, "127.0.0.1");
  let held: Buffer[] = [];
  let timer: NodeJS.Timeout | undefined;
  let afterReading: NodeJS.Immediate | undefined;
  const wait = (): void => {
    clearTimeout(timer);
    clearImmediate(afterReading);
  };
  const handOn = (): void => {
    wait();
    if (held.length > 0) client.write(Buffer.concat(held));
    held = [];
  };
  server.on("data", (bytes) => {
    held.push(bytes);
    wait();
    // Where the computer was busy, what has come meanwhile is read first.
    timer = setTimeout(() => {
      afterReading = setImmediate(handOn);
    }, PAUSE);
  });
  server.on("end", () => {
    handOn();
    client.end();
  });
  client.on("data", (bytes) => server.write(bytes));
  client.on("end", () => server.end());
  for (const [one, other] of [
    [client, server],
    [server, client],
  ]) {
    one.on("error", () => other.destroy());
    one.on("close", () => other.destroy());
  }
}

/** Listens on a free port and relays to `port` of this computer. */
export async function startSteadyRelay(port: number): Promise<Relay> {
  const listener = createServer((client) => relay(client, port));
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return { port: (listener.address() as AddressInfo).port, close: () => listener.close() };
}
