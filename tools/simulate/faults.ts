/** What goes wrong in a year, each for a while: at the server, on the line, in the air, at the wall socket. */
import type { Variant } from "../github-stand-in/server";
import type { LinkFault, LinkOptions } from "./link";
import { Random } from "./random";
import { HOUR, MINUTE, SECOND } from "./units";

/** Whose certificate it is that must not be taken; the last three are by the right CA. */
export const IMPOSTORS = ["another CA", "another host", "last year", "next year"] as const;
export type Impostor = (typeof IMPOSTORS)[number];

/** What a fault can do to the world; each gives back the way to undo it. */
export interface Faulty {
  /** The stand-in answers so whatever the truth is. */
  answer(variant: Variant): () => void;
  /** Connections to come are such. */
  line(options: () => LinkOptions): () => void;
  /** The name is not found. */
  noName(): () => void;
  /** Others use up the limit of requests but for `left`; gives the milliseconds until it is reset. */
  useUpLimit(left: number): number;
  /** Somebody answers with a certificate that must not be taken. */
  impostor(kind: Impostor): () => void;
}

export interface Fault {
  name: string;
  /** How often, against the others. */
  weight: number;
  /** Begins it. Gives the way to end it, and its length where the fault itself knows it. */
  begin(world: Faulty, random: Random): { end(): void; lasts?: number };
}

const GOOD_LINE: LinkOptions = { latency: 40, perKilobyte: 4 };
/** About as many bytes as the server sends in a connection. */
const BYTES = 13_000;
const SHORTEST = 30 * SECOND;
const LONGEST = 6 * HOUR;
const MOST_LEFT = 12;

export const goodLine = (): LinkOptions => GOOD_LINE;

function answering(variant: Variant, weight = 1): Fault {
  return { name: variant, weight, begin: (world) => ({ end: world.answer(variant) }) };
}

function lineFault(fault: LinkFault, weight = 1): Fault {
  return {
    name: `line ${fault}`,
    weight,
    begin(world, random) {
      const own = new Random(random.word(), fault);
      return { end: world.line(() => ({ ...GOOD_LINE, fault, faultAfter: own.below(BYTES) })) };
    },
  };
}

export const FAULTS: readonly Fault[] = [
  ...(["server-error", "bad-gateway", "unavailable"] as const).map((variant) => answering(variant, 2)),
  answering("secondary-limit", 2),
  answering("too-many-requests", 2),
  answering("unauthorized"),
  answering("forbidden"),
  answering("not-found"),
  answering("moved"),
  answering("html"),
  answering("no-state"),
  answering("truncated", 2),
  answering("cut", 2),
  answering("silent", 2),
  lineFault("refused", 2),
  lineFault("blackhole", 2),
  lineFault("silence", 2),
  lineFault("reset", 2),
  lineFault("close", 2),
  lineFault("garbled"),
  {
    name: "slow line",
    weight: 3,
    begin(world, random) {
      const latency = random.spread(300, 4000);
      const perKilobyte = random.spread(50, 3000);
      return { end: world.line(() => ({ latency, perKilobyte })) };
    },
  },
  { name: "name not found", weight: 2, begin: (world) => ({ end: world.noName() }) },
  { name: "limit used up by others", weight: 3, begin: (world) => ({ lasts: world.useUpLimit(0), end: () => undefined }) },
  {
    name: "limit nearly used up by others",
    weight: 2,
    begin: (world, random) => ({ lasts: world.useUpLimit(1 + random.below(MOST_LEFT)), end: () => undefined }),
  },
  ...IMPOSTORS.map((kind): Fault => ({ name: `certificate of ${kind}`, weight: 0.5, begin: (world) => ({ end: world.impostor(kind) }) })),
];

/** Milliseconds that a fault lasts. */
export function faultLength(random: Random): number {
  return random.spread(SHORTEST, LONGEST);
}

export function drawFault(random: Random): Fault {
  const total = FAULTS.reduce((sum, fault) => sum + fault.weight, 0);
  let at = random.part() * total;
  for (const fault of FAULTS) {
    at -= fault.weight;
    if (at < 0) return fault;
  }
  return FAULTS[0]!;
}

/** Mean milliseconds from the end of one to the beginning of the next. */
export const PAUSE = {
  fault: 8 * HOUR,
  wifi: 30 * HOUR,
  power: 30 * 24 * HOUR,
  crash: 45 * 24 * HOUR,
  timeServer: 20 * 24 * HOUR,
  /** Between changes of how the server sends. */
  manner: 4 * 24 * HOUR,
} as const;

export const WIFI_LOSS = { shortest: 2 * SECOND, longest: 5 * HOUR } as const;
export const TIME_SERVER_LOSS = { shortest: HOUR, longest: 40 * HOUR } as const;
export const ROUTER_START = 2 * MINUTE;
