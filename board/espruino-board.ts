/** What every Espruino board has in common. Where Espruino's own function does what the interface asks, it is handed on as it is. */
import type { Board, CryptoCall, Light, Network } from "../src/transport";

/**
 * @param ram the workspace; the other parts are the board's own
 *
 * @once
 */
export function espruinoBoard(ram: Uint8Array, crypto: CryptoCall, network: Network, light: Light): Board {
  return {
    ram,
    crypto,
    network,
    light,
    clock: {
      after: setTimeout,
      cancel: clearTimeout as (handle: unknown) => void,
    },
    console: { line: print, put: print },
    patience: { join: 30_000, tcp: 10_000, handshake: 15_000, response: 30_000 },
    copyIn: ram.set.bind(ram) as Board["copyIn"],
    copyOut(from, to) {
      return E.toString(ram.subarray(from, to));
    },
    time: getTime,
    random() {
      return 0;
    },
    restart: E.reboot,
  };
}
