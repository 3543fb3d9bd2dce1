import type { Link } from "../serial/link";

interface Signals {
  dataTerminalReady?: boolean;
  requestToSend?: boolean;
}

/** As much of the Web Serial API's SerialPort as esptool-js uses, over one of our lines, which stays open throughout. */
export class WebSerialPort {
  readable: ReadableStream<Uint8Array> | null = null;
  writable: WritableStream<Uint8Array> | null = null;
  #lines = { dtr: false, rts: false };
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;

  constructor(private readonly link: Link) {
    link.listen({
      data: (chunk) => this.#controller?.enqueue(new Uint8Array(chunk)),
      closed: () => this.#controller?.error(new DOMException("The device has been lost.", "NetworkError")),
    });
  }

  getInfo(): { usbVendorId?: number; usbProductId?: number } {
    return {};
  }

  async open(options: { baudRate: number }): Promise<void> {
    await this.link.setBaudRate(options.baudRate);
    this.#openStreams();
  }

  async setBaudRate(baudRate: number): Promise<void> {
    await this.link.setBaudRate(baudRate);
  }

  async setSignals(signals: Signals): Promise<void> {
    if (signals.dataTerminalReady !== undefined) this.#lines.dtr = signals.dataTerminalReady;
    if (signals.requestToSend !== undefined) this.#lines.rts = signals.requestToSend;
    await this.link.signals(this.#lines);
  }

  async close(): Promise<void> {
    this.readable = null;
    this.writable = null;
    this.#controller = undefined;
  }

  #openStreams(): void {
    this.readable = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => {
        this.#controller = undefined;
      },
    });
    this.writable = new WritableStream<Uint8Array>({ write: (bytes) => this.link.write(bytes) });
  }
}
