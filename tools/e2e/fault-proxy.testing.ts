/** A TCP proxy that lets things go wrong on the way: one fault for each connection, in their order; without one it passes everything on. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export type Direction = "toServer" | "toClient";

/** What happens once `after` bytes went in one direction. */
export interface Fault {
  direction: Direction;
  after: number;
  /** reset: RST to both; cut: the connection ends in order, and nothing comes any more; stall: nothing goes on for `delay` ms. */
  kind: "reset" | "cut" | "stall";
  delay?: number;
}

export interface FaultProxy {
  port: number;
  connections: number;
  /** Bytes that passed, of the last connection. */
  passed: Record<Direction, number>;
  faults: (Fault | null)[];
  close(): Promise<void>;
}

/** @param port 0 for any */
export async function startFaultProxy(serverPort: number, port = 0): Promise<FaultProxy> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ port: serverPort, host: "127.0.0.1", allowHalfOpen: true });
    const fault = proxy.faults.shift() ?? null;
    const passed = { toServer: 0, toClient: 0 };
    proxy.connections++;
    proxy.passed = passed;
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => open.delete(socket));
    }
    pipe(client, upstream, "toServer", fault, passed);
    pipe(upstream, client, "toClient", fault, passed);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const proxy: FaultProxy = {
    port: (server.address() as AddressInfo).port,
    connections: 0,
    passed: { toServer: 0, toClient: 0 },
    faults: [],
    close() {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return proxy;
}

function pipe(from: Socket, to: Socket, direction: Direction, fault: Fault | null, passed: FaultProxy["passed"]): void {
  let isStopped = false;
  /** What waits while it stalls. */
  let held: (() => void)[] | null = null;
  const pass = (bytes: Buffer): void => {
    passed[direction] += bytes.length;
    to.write(bytes);
  };
  const stop = (): void => {
    if (fault!.kind === "reset") {
      to.resetAndDestroy();
      from.resetAndDestroy();
    } else {
      to.end();
      from.end();
    }
  };
  from.on("data", (bytes: Buffer) => {
    const left = fault?.direction === direction && !isStopped ? fault.after - passed[direction] : Number.POSITIVE_INFINITY;
    if (held) held.push(() => pass(bytes));
    else if (bytes.length < left) {
      if (!isStopped || fault?.kind === "stall") pass(bytes);
    } else {
      isStopped = true;
      pass(bytes.subarray(0, left));
      if (fault!.kind === "stall") {
        held = [() => pass(bytes.subarray(left))];
        setTimeout(() => {
          for (const f of held ?? []) f();
          held = null;
        }, fault!.delay);
        // What was passed is on its way first.
      } else setTimeout(stop, 5);
    }
  });
  from.on("end", () => {
    if (held) held.push(() => to.end());
    else to.end();
  });
  from.on("close", (hadError: boolean) => hadError && to.resetAndDestroy());
}
