/**
 * Time that passes only when told to: for simulations of days and months. It stands still while the board runs and while anything in Node's own event
 * loop is on its way (a server that answers over an in-memory connection), and then moves on to whatever comes next, the board's timer or an
 * event of the world outside.
 */

interface Event {
  due: number;
  /** Of two at the same time, the one that was planned first comes first. */
  order: number;
  callback: () => void;
}

export interface VirtualTimeOptions {
  /** Milliseconds that a turn of the board's event loop takes. */
  perTurn?: number;
  /**
   * After so many milliseconds in which the board did nothing but run short timers (a light that blinks), these stand still until something else is due:
   * what they do again and again until then is not simulated.
   */
  blinkFor?: number;
}

/** After so many turns of Node's event loop without a sign of activity, nothing is on its way any more. */
const QUIET_TURNS = 6;

export class VirtualTime {
  /** Binary heap, soonest first. */
  private heap: Event[] = [];
  private cancelled = new Set<Event>();
  private planned = 0;
  private activities = 0;
  private resting = 0;
  private present = 0;
  private readonly perTurn: number;
  readonly blinkFor: number;
  /** For how many milliseconds in all short timers stood still. */
  stoodStill = 0;

  constructor({ perTurn = 0, blinkFor = Number.POSITIVE_INFINITY }: VirtualTimeOptions = {}) {
    this.perTurn = perTurn;
    this.blinkFor = blinkFor;
  }

  /** Milliseconds since the beginning. */
  now(): number {
    return this.present;
  }

  /** Calls `callback` in `milliseconds`; gives a function that calls it off. */
  after(milliseconds: number, callback: () => void): () => void {
    const event = { due: this.present + Math.max(0, milliseconds), order: this.planned++, callback };
    this.push(event);
    return () => this.cancelled.add(event);
  }

  /** Something happened that may have consequences in turns of Node's event loop to come. */
  active(): void {
    this.activities++;
  }

  /** A turn of the board takes its time, and what is due by then happens. */
  turn(): void {
    this.present += this.perTurn;
    while (this.heap.length > 0 && this.heap[0]!.due <= this.present) this.happen(this.pop());
  }

  /**
   * The board has nothing to do before `until`: when all is quiet, time moves on to then, or first to events of the world outside.
   * @param arrived called when `until` is reached, unless `stir` was called before
   */
  rest(until: number, arrived: () => void): void {
    const mine = ++this.resting;
    let seen = this.activities;
    let quiet = 0;
    const look = (): void => {
      if (mine !== this.resting) return;
      quiet = this.activities === seen ? quiet + 1 : 0;
      seen = this.activities;
      if (quiet < QUIET_TURNS) {
        setImmediate(look);
        return;
      }
      const next = this.heap[0];
      if (next && next.due <= until) {
        quiet = 0;
        this.happen(this.pop());
        setImmediate(look);
      } else if (until < Number.POSITIVE_INFINITY) {
        this.present = Math.max(this.present, until);
        arrived();
      }
    };
    setImmediate(look);
  }

  /** When the next event of the world outside is due. */
  get nextEvent(): number {
    return this.heap[0]?.due ?? Number.POSITIVE_INFINITY;
  }

  /** The board has something to do after all. */
  stir(): void {
    this.resting++;
  }

  private happen(event: Event): void {
    if (this.cancelled.delete(event)) return;
    this.present = Math.max(this.present, event.due);
    this.activities++;
    event.callback();
  }

  private push(event: Event): void {
    const { heap } = this;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (isSooner(heap[parent]!, event)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = event;
  }

  private pop(): Event {
    const { heap } = this;
    const first = heap[0]!;
    const last = heap.pop()!;
    let at = 0;
    if (heap.length === 0) return first;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isSooner(heap[child + 1]!, heap[child]!)) child++;
      if (isSooner(last, heap[child]!)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isSooner(a: Event, b: Event): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}
