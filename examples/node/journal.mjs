// What has been heard, in one file that only grows: a line for each batch, and how far each ledger is held whole.

import { existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";

export class Journal {
  /** The position up to which nothing of a ledger is missing. */
  through = new Map();
  /** The events held, each once. */
  events = new Map();

  /** A last line that a crash cut off is dropped; its messages were not acknowledged, and come again. */
  constructor(file) {
    const written = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
    const whole = written.subarray(0, written.lastIndexOf("\n") + 1);
    for (const line of whole.toString().split("\n").filter(Boolean)) this.#take(JSON.parse(line));
    this.file = openSync(file, "a");
    ftruncateSync(this.file, whole.length);
  }

  has(event) {
    return this.events.has(identity(event));
  }

  /** How far a ledger is held whole. */
  upTo(ledger) {
    return this.through.get(ledger) ?? 0;
  }

  /** Keep what is new of these, on the disk; answers how many were. The ledger is whole up to `through` then. */
  keep(ledger, events, through) {
    const fresh = events.filter((event) => !this.has(event));
    if (fresh.length || through > this.upTo(ledger)) {
      const entry = { ledger, through: Math.max(through, this.upTo(ledger)), events: fresh };
      writeSync(this.file, `${JSON.stringify(entry)}\n`);
      fsyncSync(this.file);
      this.#take(entry);
    }
    return fresh.length;
  }

  #take({ ledger, through, events }) {
    this.through.set(ledger, through);
    for (const event of events) this.events.set(identity(event), event);
  }
}

const identity = ({ source, id }) => `${source} ${id}`;
