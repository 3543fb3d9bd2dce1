/** Espruino's event listeners: any object has them, and an event goes to those that there are when it is queued. */

type Listener = (...args: unknown[]) => unknown;

export class Listeners {
  private lists = new WeakMap<object, Map<string, Listener[]>>();
  /** Lists that `connect(options, callback)` made: adding to one loses it, as on the board. */
  private single = new WeakSet<Listener[]>();

  add(self: object, event: string, listener: Listener, first: boolean): void {
    if (typeof event !== "string") throw new TypeError("First argument must be String");
    if (typeof listener !== "function") throw new TypeError("Second argument must be a function or a String");
    const now = this.of(self, event);
    const kept = now && this.single.has(now) ? [] : (now ?? []);
    this.set(self, event, first ? [listener, ...kept] : [...kept, listener]);
  }

  setOnly(self: object, event: string, listener: Listener): void {
    const list = [listener];
    this.single.add(list);
    this.set(self, event, list);
  }

  remove(self: object, event: string, listener: Listener): void {
    const now = this.of(self, event);
    if (now)
      this.set(
        self,
        event,
        now.filter((one) => one !== listener),
      );
  }

  removeAll(self: object, event?: string): void {
    if (event === undefined) this.lists.delete(self);
    else this.lists.get(self)?.delete(event);
  }

  /** The listeners, or undefined if there are none. */
  of(self: object, event: string): Listener[] | undefined {
    const list = this.lists.get(self)?.get(event);
    return list && list.length > 0 ? list : undefined;
  }

  private set(self: object, event: string, list: Listener[]): void {
    const events = this.lists.get(self) ?? new Map<string, Listener[]>();
    events.set(event, list);
    this.lists.set(self, events);
  }
}
