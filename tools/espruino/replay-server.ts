/** A TCP server that plays a recording's bytes to every client, however it answers. */
import { type AddressInfo, createServer } from "node:net";
import type { Flight } from "./record";

export interface ReplayServer {
  readonly port: number;
  close(): void;
}

export function startReplayServer(flights: Flight[]): Promise<ReplayServer> {
  const server = createServer({ noDelay: true }, (socket) => {
    const left = [...flights];
    let received = 0;
    socket.on("data", (chunk) => {
      received += chunk.length;
      if (left[0] && received >= left[0].afterBytes) socket.write(left.shift()!.bytes);
    });
    socket.on("error", () => {});
    socket.on("end", () => socket.end());
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve({ port: (server.address() as AddressInfo).port, close: () => server.close() }));
  });
}
