import { SerialPort } from "serialport";
import { CONSOLE_BAUD_RATE, type Link, type LinkListener } from "./link";
import { describe, ToolError } from "./tool-error";

const NOT_A_REAL_PORT = /inappropriate ioctl|ENOTTY|not supported/i;

/**
 * Opens a serial port, 8 data bits, no parity, one stop bit, both control lines released.
 * @param baudRate bits a second
 * @throws ToolError that says what to do
 */
export async function openPort(path: string, baudRate: number = CONSOLE_BAUD_RATE): Promise<Link> {
  const port = new SerialPort({ path, baudRate, autoOpen: false, hupcl: false });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => (error ? reject(openFailure(path, describe(error))) : resolve()));
  });
  const link = linkOver(port);
  await link.signals({ dtr: false, rts: false });
  return link;
}

/** The message for a port that does not open. */
export function openFailure(path: string, reason: string): ToolError {
  if (/no such file|cannot find|file not found|ENOENT/i.test(reason))
    return new ToolError(`there is no port ${path}: plug the board in, or see --port`);
  if (/permission|access denied|EACCES/i.test(reason)) {
    return new ToolError(`no permission for ${path}: run "sudo usermod -aG dialout $USER", then log out and in again`);
  }
  if (/cannot lock|busy|temporarily unavailable/i.test(reason)) {
    return new ToolError(`${path} is in use: close the program that has it open (a monitor in another window?)`);
  }
  if (NOT_A_REAL_PORT.test(reason)) return new ToolError(`${path} is no serial port: see --port`);
  return new ToolError(`cannot open ${path}: ${reason}`);
}

function linkOver(port: SerialPort): Link {
  let listener: LinkListener | undefined;
  let gone = false;
  const lost = () => {
    if (gone) return;
    gone = true;
    listener?.closed();
  };
  port.on("data", (chunk: Buffer) => listener?.data(chunk));
  port.on("close", lost);
  port.on("error", lost);
  const call = (act: (done: (error: Error | null | undefined) => void) => void) =>
    new Promise<void>((resolve, reject) => {
      if (gone) return reject(new ToolError(`the board on ${port.path} is gone`));
      act((error) => (error ? reject(new ToolError(`the board on ${port.path} is gone (${describe(error)})`)) : resolve()));
    });
  return {
    name: port.path,
    listen(next) {
      listener = next;
    },
    async write(bytes) {
      await call((done) => port.write(Buffer.from(bytes), done));
      await call((done) => port.drain(done));
    },
    async signals({ dtr, rts }) {
      await call((done) => port.set({ dtr, rts }, (error) => done(error && NOT_A_REAL_PORT.test(error.message) ? null : error)));
    },
    async setBaudRate(baudRate) {
      await call((done) => port.update({ baudRate }, done));
    },
    async close() {
      if (!port.isOpen) return;
      await new Promise<void>((resolve) => port.close(() => resolve()));
    },
  };
}
