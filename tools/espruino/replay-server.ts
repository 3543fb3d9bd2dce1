/** A TCP server that plays a recording's bytes, connection by connection and over again from the first, however its clients answer. */
import { type AddressInfo, createServer } from "node:net";
import type { Flight } from "./record";
import { RecordCounter } from "./record-counter";

export interface ReplayServer {
  readonly port: number;
  /** Connections accepted so far. */
  readonly connections: number;
  close(): void;
}

/** @param connections the flights of each */
export function startReplayServer(connections: Flight[][]): Promise<ReplayServer> {
  let accepted = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    const flights = connections[accepted++ % connections.length]!;
    let played = 0;
    const records = new RecordCounter();
    socket.on("data", (chunk) => {
      records.add(chunk);
      // What the client writes in two pieces may come as one.
      while (flights[played] && records.count >= flights[played]!.afterRecords) socket.write(flights[played++]!.bytes);
    });
    socket.on("error", () => {});
    socket.on("end", () => socket.end());
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        get connections() {
          return accepted;
        },
        close: () => server.close(),
      }),
    );
  });
}
