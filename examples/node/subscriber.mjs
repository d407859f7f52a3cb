// A subscriber that keeps the members of a figure up to date from events alone: docs/subscribe.md as a program.
//
//     node subscriber.mjs acme.json --gateway http://127.0.0.1:8000
//
// `acme.json` is what `stocktake subscribers add acme --json` printed. Each line on standard output is the answer as of
// the positions that it names; what was lost, and how it was healed, stands on standard error. Stop it and start it
// again: it goes on where it was, by its journal.

import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { jetstream } from "@nats-io/jetstream";
import { connect, nkeyAuthenticator } from "@nats-io/transport-node";
import { HTTP } from "cloudevents";
import { pages } from "./feed.mjs";
import { members, NotYet } from "./figure.mjs";
import { Journal } from "./journal.mjs";

const BATCH = 100;
/** Milliseconds to wait for messages before looking at the heartbeat. */
const PATIENCE = 2_000;
/** Milliseconds without a heartbeat after which the feed is asked. */
const SILENCE = 180_000;

const say = (text) => console.error(text);

/** Writes the members as a line of JSON, whenever the events held make it another one. */
class Answers {
  constructor(journal, indicator, meeting) {
    Object.assign(this, { journal, indicator, meeting, said: "" });
  }

  show() {
    const { indicator, meeting } = this;
    const positions = Object.fromEntries([...this.journal.through].sort());
    let found;
    try {
      found = members([...this.journal.events.values()].map((one) => one.data), indicator, meeting);
    } catch (fault) {
      if (fault instanceof NotYet) return;
      throw fault;
    }
    const line = JSON.stringify({ indicator, meeting, positions, members: found });
    if (line !== this.said) console.log(line);
    this.said = line;
  }
}

/** Hears one ledger on its durable consumer, and heals over the feed what it finds missing. */
class Listener {
  constructor(consumer, subjects, gateway, journal) {
    this.ledger = consumer.ledger;
    this.subjects = subjects.filter((one) => one.split(".")[1] === this.ledger);
    this.whole = this.subjects.includes(`ccm.${this.ledger}.*.*`);
    Object.assign(this, { consumer, gateway, journal, head: 0, beat: Date.now() });
  }

  /** Begin with the feed, go on with NATS, without end. */
  async run(nc, js, answers) {
    const hear = (_, message) => {
      this.head = message.json().head;
      this.beat = Date.now();
    };
    nc.subscribe(this.consumer.heartbeat, { callback: hear });
    await this.heal(`held up to ${this.through}`);
    answers.show();
    for (;;) {
      const messages = await this.messages(nc, js);
      await (messages.length ? this.take(messages) : this.lookAtTheHeartbeat());
      answers.show();
    }
  }

  get through() {
    return this.journal.upTo(this.ledger);
  }

  /** What comes in a while, a hundred at most; nothing while the server is away. */
  async messages(nc, js) {
    const found = [];
    try {
      this.bound ??= await js.consumers.get(this.consumer.stream, this.consumer.durable);
      for await (const one of await this.bound.fetch({ max_messages: BATCH, expires: PATIENCE })) found.push(one);
    } catch (fault) {
      if (nc.isClosed()) throw fault;
      say(`${this.ledger}: no messages now: ${fault.message}`);
      await sleep(PATIENCE);
    }
    return found;
  }

  /** Keep what the messages say, and only then acknowledge them. */
  async take(messages) {
    const headers = { "content-type": "application/cloudevents+json" };
    const events = messages.map((message) => HTTP.toEvent({ headers, body: message.string() }));
    if (this.whole) await this.inSequence(events);
    else this.journal.keep(this.ledger, events, this.through); // only the feed says how far nothing is missing
    for (const message of messages) message.ack();
  }

  /** Of a whole ledger `sequence` goes up by one: what is held already is a repeat, a leap is a hole. */
  async inSequence(events) {
    let run = [];
    const keep = () => this.journal.keep(this.ledger, run, this.through + run.length);
    for (const event of events) {
      const position = Number(event.sequence);
      const expected = this.through + run.length + 1;
      if (position > expected) {
        keep();
        run = [];
        await this.heal(`a hole from ${expected} to ${position - 1}`);
      } else if (position === expected) {
        run.push(event);
      }
    }
    keep();
  }

  /** Read the feed from where the ledger is whole to its end, and say what of it was new. */
  async heal(why) {
    let fresh = 0;
    for (const page of await this.pages(this.through)) {
      fresh += this.journal.keep(this.ledger, page.events, page.through);
    }
    say(`${this.ledger}: ${why}: ${fresh} more events from the feed; whole up to ${this.through}`);
  }

  /** The pages of the feed; as long as the gateway is away, they are asked for again. */
  async pages(after) {
    for (;;) {
      try {
        const found = [];
        for await (const page of pages(this.gateway, this.ledger, after, this.subjects)) found.push(page);
        return found;
      } catch (fault) {
        const away = fault instanceof TypeError || fault.status >= 500; // fetch throws TypeError when it gets no answer
        if (!away) throw fault;
        say(`${this.ledger}: no feed now: ${fault.cause?.message ?? fault.message}`);
        await sleep(PATIENCE);
      }
    }
  }

  /** Nothing waits for us. Has the ledger come further than we are whole, the feed tells what was there. */
  async lookAtTheHeartbeat() {
    if (this.head > this.through) {
      await this.heal(`the heartbeat says ${this.head}, whole up to ${this.through}`);
    } else if (Date.now() - this.beat > SILENCE) {
      this.beat = Date.now();
      await this.heal(`no heartbeat for ${SILENCE / 1000} s`);
    }
  }
}

/** Hear every ledger that is granted. Throws when the connection is closed for good: a revoked key, for one. */
async function listen(needs, gateway, journal, answers) {
  const nc = await connect({
    servers: needs.server,
    authenticator: nkeyAuthenticator(new TextEncoder().encode(needs.seed)),
    inboxPrefix: needs.inboxPrefix,
  });
  const js = jetstream(nc, { apiPrefix: needs.apiPrefix });
  const closed = nc.closed().then((fault) => {
    throw fault ?? new Error("the connection is closed");
  });
  const listeners = needs.consumers.map((one) => new Listener(one, needs.subjects, gateway, journal));
  await Promise.race([closed, ...listeners.map((one) => one.run(nc, js, answers))]);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    gateway: { type: "string", default: "http://127.0.0.1:8000" },
    journal: { type: "string", default: "journal.jsonl" },
    indicator: { type: "string", default: "LAP-40.1" },
    meeting: { type: "string", default: "13MSP" },
  },
});
if (positionals.length !== 1) {
  say("say which file `stocktake subscribers add NAME --json` was written to");
  process.exit(2);
}
for (const name of ["SIGTERM", "SIGINT"]) {
  process.once(name, () => {
    say("stopped"); // what is acknowledged is on the disk
    process.exit(0);
  });
}
const journal = new Journal(values.journal);
const needs = JSON.parse(readFileSync(positionals[0]));
try {
  await listen(needs, values.gateway, journal, new Answers(journal, values.indicator, values.meeting));
} catch (fault) {
  say(fault.message);
  process.exit(1);
}
