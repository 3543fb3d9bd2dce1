/** Joining Wi-Fi, as the serial port shows it. Loaded for this long only. */
import { ErrorCode } from "../errors/codes";
import type { BuildStatusJob } from "./build-status";

/** How often a dot is printed, in milliseconds. */
const DOT_INTERVAL = 500;

/** Joins, a dot every half second. `done` comes once, with 0 or an ErrorCode. */
export function joinNetwork(job: BuildStatusJob, done: (code: number) => void): void {
  const board = job.board;
  const console = board.console;
  let dots: unknown = 0;
  const dot = () => {
    console.put(".");
    dots = board.clock.after(dot, DOT_INTERVAL);
  };
  const joined = (code: number, address: string) => {
    if (!dots) return;
    board.clock.cancel(dots);
    board.clock.cancel(limit);
    dots = 0;
    console.line("");
    if (!code) {
      console.line("WiFi connected");
      console.line("IP address:");
      console.line(address);
    }
    done(code);
  };
  console.line("connecting to " + job.wifi().ssid);
  dot();
  const limit = board.clock.after(() => joined(ErrorCode.wifi_timeout, ""), board.patience.join);
  board.network.joinWifi(joined);
}
