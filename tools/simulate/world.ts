/** The world around the board: the stand-in and its certificates, the line to it, Wi-Fi, power and time, and what goes wrong with each. */
import { type Identity, makeAuthorities, makeIdentity } from "../github-stand-in/certificates";
import type { Answer, Request } from "../github-stand-in/server";
import { type RepositoryChanges, type StandIn, startStandIn, type Tuning, type Variant } from "../github-stand-in/server";
import type { VirtualBoard, VirtualTime, WifiOptions } from "../virtual-board/board";
import type { Hosts, OpenWire } from "../virtual-board/tcp";
import { nameOf, startBuilds, TARGETS } from "./builds";
import { drawFault, type Faulty, faultLength, goodLine, type Impostor, PAUSE, ROUTER_START, TIME_SERVER_LOSS, WIFI_LOSS } from "./faults";
import { openLink } from "./link";
import { Random } from "./random";
import type { Side, SideState, Source } from "./truth";
import { DAY, HOUR } from "./units";

/** How a server may send what is the same for whoever receives it. */
function drawManner(random: Random): Tuning {
  return {
    framing: random.pick(["length", "chunked"]),
    chunkSize: Math.round(random.spread(20, 8000)),
    recordSize: random.pick([512, 1369, 4096, 16384]),
    keepAlive: random.part() < KEPT_ALIVE,
    ciphers: random.pick(["TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"]),
    groups: random.pick(["X25519", "P-256"]),
  };
}

export const HOST = "api.github.com";
const ADDRESS = "140.82.121.6";
const LEAF_DAYS = 90;
/** Some leaves have an RSA key, as GitHub's once had. */
const RSA_EVERY = 4;
/** How many servers keep connections open after an answer. */
const KEPT_ALIVE = 0.8;

export interface WorldOptions {
  seed: number;
  days: number;
  source: Source;
  targets: number;
  token: string | null;
  /** Days between a leaf and the next, which has another key. */
  rotation: number;
  /** When it begins, milliseconds since 1970. */
  start: number;
  onRequest(request: Request, given: Answer | null): void;
}

export interface WorldHooks {
  changed(target: number, side: Side, state: SideState): void;
  /** Something is broken (or one thing more), or is whole again. */
  broke(name: string): void;
  mended(name: string): void;
  rotated(): void;
  rebooted(reason: string): void;
  impostor(isThere: boolean): void;
}

export class World implements Faulty {
  readonly hosts: Hosts = { [HOST]: ADDRESS };
  readonly wifi: WifiOptions = { delay: 1500 };
  private board!: VirtualBoard;
  private hooks!: WorldHooks;
  private variants: Variant[] = [];
  private overriding: Variant | null = null;
  private lineOptions = goodLine;
  private wifiLosses = 0;
  private rogue: Identity | null = null;
  private present = 0;

  private constructor(
    private time: VirtualTime,
    private options: WorldOptions,
    private standIn: StandIn,
    /** The leaves, each for its time. */
    private identities: Identity[],
    private impostors: Record<Impostor, Identity>,
  ) {}

  static async create(time: VirtualTime, options: WorldOptions): Promise<World> {
    const { start, days, rotation } = options;
    const standIn = await startStandIn({ now: () => start + time.now(), onRequest: options.onRequest });
    const identities: Identity[] = [];
    for (let day = 0; day <= days; day += rotation) {
      const notBefore = new Date(start + day * DAY - HOUR);
      const notAfter = new Date(notBefore.getTime() + LEAF_DAYS * DAY);
      const leafKey = identities.length % RSA_EVERY === RSA_EVERY - 1 ? "rsa2048" : "p256";
      identities.push(await standIn.makeIdentity({ notBefore, notAfter, leafKey }));
    }
    const year = 365 * DAY;
    const until = new Date(start + days * DAY + year);
    const from = new Date(start - year);
    const leaf = { notBefore: from, notAfter: until };
    const impostors = {
      "another CA": await makeIdentity(await makeAuthorities(from), from, leaf),
      "another host": await standIn.makeIdentity({ ...leaf, names: ["github.example"] }),
      "last year": await standIn.makeIdentity({ notBefore: from, notAfter: new Date(start - DAY) }),
      "next year": await standIn.makeIdentity({ notBefore: until, notAfter: new Date(until.getTime() + year) }),
    };
    standIn.use(identities[0]!);
    return new World(time, options, standIn, identities, impostors);
  }

  get fingerprints(): string[] {
    return this.identities.map((identity) => identity.fingerprintSha1);
  }

  get caKey(): string {
    return this.standIn.caKeySha256;
  }

  readonly openWire: OpenWire = () => openLink(this.time, this.lineOptions(), (end) => this.standIn.accept(end));

  /** Lets everything begin. */
  begin(board: VirtualBoard, hooks: WorldHooks): void {
    const { seed, source, targets, rotation } = this.options;
    this.board = board;
    this.hooks = hooks;
    startBuilds(this.time, seed, targets, source, { changed: (...change) => this.built(...change) });
    this.fault(new Random(seed, "faults"));
    this.again("wifi", PAUSE.wifi, (random) => this.loseWifi(random.spread(WIFI_LOSS.shortest, WIFI_LOSS.longest)));
    this.again("power", PAUSE.power, () => {
      this.reboot("power on");
      this.loseWifi(ROUTER_START);
    });
    this.again("crash", PAUSE.crash, (random) => this.reboot(random.pick(["wdt reset", "exception"])));
    this.again("time server", PAUSE.timeServer, (random) => {
      const length = random.spread(TIME_SERVER_LOSS.shortest, TIME_SERVER_LOSS.longest);
      this.wifi.sntp = false;
      this.hooks.broke("time server");
      this.time.after(length, () => {
        this.wifi.sntp = true;
        this.hooks.mended("time server");
      });
    });
    this.again("manner", PAUSE.manner, (random) => this.standIn.tune(drawManner(random)));
    for (let i = 1; i < this.identities.length; i++) {
      this.time.after(i * rotation * DAY, () => {
        this.present = i;
        this.showIdentity();
        this.hooks.rotated();
      });
    }
  }

  async close(): Promise<void> {
    await this.standIn.close();
  }

  /** Forgets the requests that were told. */
  forget(): void {
    this.standIn.requests.length = 0;
  }

  answer(variant: Variant): () => void {
    this.overriding = variant;
    this.showAll();
    return () => {
      this.overriding = null;
      this.showAll();
    };
  }

  line(options: World["lineOptions"]): () => void {
    this.lineOptions = options;
    return () => {
      this.lineOptions = goodLine;
    };
  }

  noName(): () => void {
    this.hosts[HOST] = null;
    return () => {
      this.hosts[HOST] = ADDRESS;
    };
  }

  useUpLimit(left: number): number {
    const { start, token } = this.options;
    return this.standIn.useUpLimit(token === null ? undefined : `Bearer ${token}`, left) - start - this.time.now();
  }

  impostor(kind: Impostor): () => void {
    this.rogue = this.impostors[kind];
    this.showIdentity();
    this.hooks.impostor(true);
    return () => {
      this.rogue = null;
      this.showIdentity();
      this.hooks.impostor(false);
    };
  }

  private showIdentity(): void {
    this.standIn.use(this.rogue ?? this.identities[this.present]!);
  }

  private built(target: number, side: Side, state: SideState, changes: RepositoryChanges): void {
    const repository = nameOf(TARGETS[target]!);
    if (side === "statuses") this.variants[target] = state === "none" || state === "unknown" ? "no-statuses" : state;
    this.standIn.change({ repository, ...changes });
    this.show(target);
    this.hooks.changed(target, side, state);
  }

  private showAll(): void {
    for (let target = 0; target < this.options.targets; target++) this.show(target);
  }

  private show(target: number): void {
    const variant = this.overriding ?? this.variants[target] ?? "no-statuses";
    this.standIn.change({ repository: nameOf(TARGETS[target]!), variant });
  }

  /** Does something again and again, after random pauses. */
  private again(name: string, mean: number, act: (random: Random) => void): void {
    const random = new Random(this.options.seed, name);
    const next = (): void => {
      this.time.after(random.wait(mean), () => {
        act(random);
        next();
      });
    };
    next();
  }

  private fault(random: Random): void {
    this.time.after(random.wait(PAUSE.fault), () => {
      const fault = drawFault(random);
      const length = faultLength(random);
      const { end, lasts } = fault.begin(this, random);
      this.hooks.broke(fault.name);
      this.time.after(lasts ?? length, () => {
        end();
        this.hooks.mended(fault.name);
        this.fault(random);
      });
    });
  }

  private loseWifi(length: number): void {
    this.wifiLosses++;
    this.hooks.broke("Wi-Fi lost");
    this.board.dropWifi();
    this.time.after(length, () => {
      this.wifiLosses--;
      if (this.wifiLosses === 0) this.board.raiseWifi();
      this.hooks.mended("Wi-Fi lost");
    });
  }

  private reboot(reason: string): void {
    this.hooks.rebooted(reason);
    this.board.reboot(reason);
    if (this.wifiLosses > 0) this.board.dropWifi();
  }
}
