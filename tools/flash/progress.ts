import cliProgress from "cli-progress";

/** Shows how far a long step is: a bar on a terminal, a line for each quarter elsewhere. */
export interface Progress {
  update(done: number, total: number): void;
  stop(): void;
}

const BAR_WIDTH = 40;
const QUARTERS = 4;

export function makeProgress(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? barOn(stream) : linesOn(stream);
}

function barOn(stream: NodeJS.WriteStream): Progress {
  let bar: cliProgress.SingleBar | undefined;
  return {
    update(done, total) {
      if (!bar) {
        const format = "  {bar} {percentage}%  {eta_formatted} left";
        bar = new cliProgress.SingleBar({ stream, format, barsize: BAR_WIDTH, hideCursor: true }, cliProgress.Presets.shades_classic);
        bar.start(total, 0);
      }
      bar.update(done);
      if (done >= total) this.stop();
    },
    stop() {
      bar?.stop();
      bar = undefined;
    },
  };
}

function linesOn(stream: NodeJS.WriteStream): Progress {
  let quarter = 0;
  return {
    update(done, total) {
      const reached = Math.floor((done * QUARTERS) / total);
      if (reached > quarter) stream.write(`  ${(reached * 100) / QUARTERS} %\n`);
      quarter = reached % QUARTERS;
    },
    stop() {},
  };
}
