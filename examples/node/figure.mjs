// The members of a figure from nothing but events, as docs/model.md, docs/treaty.md and the plan's own definition say.
//
// An IndicatorDefined event carries the whole definition of an indicator. Here is as much of its grammar as counts the
// States of which a fact was received in the cycle of a meeting; anything else is refused by name, never guessed.
// Days are text (`2024-12-05`) throughout: ISO 8601 sorts as the calendar does.

const CONVENTION_IN_FORCE = "2010-08-01";
const MONTHS_TO_ENTRY_INTO_FORCE = 6;
const MONTHS_TO_WITHDRAWAL = 6;
const FIRST_DAY = "0001-01-01";
const LAST_DAY = "9999-12-31";

/** The events so far do not say what was asked for. */
export class NotYet extends Error {}

/** The definition uses a part of the grammar that this sample leaves out. */
export class NotUnderstood extends Error {}

/**
 * The States that are certainly counted, known by the last day of the meeting's cycle.
 * `events` are stored objects: the `data` of CloudEvents. Throws NotYet and NotUnderstood.
 */
export function members(events, indicator, meeting) {
  const held = [...events].sort((a, b) => compare(a.source, b.source) || a.position - b.position);
  const cycle = cycleOf(held, meeting);
  const definition = definitionOf(held, indicator, cycle.to);
  only(definition.measure, ["count", "where"]);
  if (JSON.stringify(definition.measure.count) !== '["states"]') {
    throw new NotUnderstood(`${indicator} does not count States`);
  }
  const figure = new Figure(standing(held, cycle.to), definition, cycle);
  return intersection([figure.states(definition.population), figure.states(definition.measure.where)]).sort();
}

/** The cycle that a meeting stands for; a later definition replaces an earlier one. */
function cycleOf(events, meeting) {
  const told = standing(events).filter((one) => kindOf(one) === "CycleDefined").map((one) => one.data);
  const found = told.filter((one) => one.cycle === meeting || one.meeting === meeting).at(-1);
  if (!found) throw new NotYet(`no cycle of ${meeting}`);
  return found;
}

/** The version in force that day; a plan's first version serves before it is in force (model §5). */
function definitionOf(events, indicator, on) {
  const versions = events
    .filter((one) => kindOf(one) === "IndicatorDefined" && one.data.indicator === indicator)
    .map((one) => one.data)
    .sort((a, b) => a.version - b.version);
  const version = versions.filter((one) => one.in_force <= on).at(-1) ?? versions[0];
  if (!version) throw new NotYet(`no definition of ${indicator}`);
  return { populations: version.definition.populations ?? {}, ...version.definition.indicator };
}

/** One indicator in one cycle: the facts that stand, and the sets of States that its definition speaks of. */
class Figure {
  constructor(facts, definition, cycle) {
    this.facts = facts;
    this.populations = definition.populations;
    this.window = definition.window;
    this.cycle = cycle;
  }

  /** The States that are certainly in a set of the definition. */
  states(node) {
    if (node.any) {
      only(node, ["any"]);
      return [...new Set(node.any.flatMap((part) => this.states(part)))];
    }
    if (node.all) {
      only(node, ["all"]);
      return intersection(node.all.map((part) => this.states(part)));
    }
    if (node.population) {
      only(node, ["population"]);
      if (node.population === "parties") return this.parties();
      if (node.population in this.populations) return this.states(this.populations[node.population]);
    }
    if (node.fact) return this.named(node);
    throw new NotUnderstood(`this sample does not know ${JSON.stringify(node)}`);
  }

  /** The States of which a fact of some kinds was received. */
  named(node) {
    only(node, ["fact", "where", "in"]);
    const window = node.in ?? this.window;
    only(window, ["received"]);
    if (window.received !== "cycle") throw new NotUnderstood("a window other than what was received in the cycle");
    const found = this.facts.filter(
      (one) => node.fact.includes(kindOf(one)) && verified(one) && this.received(one) && meets(one, node.where ?? {}),
    );
    return [...new Set(found.map((one) => one.data.state))];
  }

  /** Certainly received in the cycle: all that its date may mean lies in there. */
  received(fact) {
    const [first, last] = bounds(fact.data.received ?? { notAfter: fact.knowntime });
    return this.cycle.from <= first && last <= this.cycle.to;
  }

  /** Who is party on any day of the cycle, whether or not unverified acts are believed. */
  parties() {
    const acts = this.facts.filter((one) => kindOf(one) in ACTS);
    const told = terms(acts);
    const days = daysOf(this.cycle);
    return [...terms(acts.filter(verified))]
      .filter(([state, proven]) => days.some((day) => party(proven, day) && party(told.get(state), day)))
      .map(([state]) => state);
  }
}

function meets(fact, where) {
  return Object.entries(where).every(([name, wanted]) => holds(fact.data[name], wanted));
}

function holds(value, wanted) {
  if (Array.isArray(wanted)) return wanted.includes(value);
  if (wanted === null || typeof wanted !== "object") return value === wanted;
  only(wanted, ["has", "has_all", "has_any"]);
  const listed = value ?? [];
  return (
    (!("has" in wanted) || listed.includes(wanted.has)) &&
    (wanted.has_all ?? []).every((one) => listed.includes(one)) &&
    (!("has_any" in wanted) || wanted.has_any.some((one) => listed.includes(one)))
  );
}

function only(node, known) {
  const strange = Object.keys(node).filter((name) => !known.includes(name));
  if (strange.length) throw new NotUnderstood(`this sample does not know ${strange.join(", ")}`);
}

const kindOf = (event) => event.type.split(".").at(-1);
const verified = (event) => (event.data.confidence ?? "verified") === "verified";
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const intersection = (sets) => sets[0].filter((one) => sets.every((set) => set.includes(one)));

/** The first and the last day that a date may mean: a day, a month, a year, or bounds. */
function bounds(when) {
  if (typeof when !== "string") {
    return [
      when.notBefore ? bounds(when.notBefore)[0] : FIRST_DAY,
      when.notAfter ? bounds(when.notAfter)[1] : LAST_DAY,
    ];
  }
  if (when.length === 10) return [when, when];
  const [year, month] = when.split("-");
  return [`${year}-${month ?? "01"}-01`, dayOf(Number(year), Number(month ?? 12), lastOf(year, month ?? 12))];
}

const pad = (number, width) => String(number).padStart(width, "0");
const dayOf = (year, month, day) => `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
const lastOf = (year, month) => new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();

function daysOf({ from, to }) {
  const found = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000) {
    found.push(new Date(at).toISOString().slice(0, 10));
  }
  return found;
}

// --- Who is party (Articles 17 and 20.3) -----------------------------------------------------------------------------

/** The acts of the depositary's record that decide it, and the field that dates each; of one day in this order. */
const ACTS = { InstrumentDeposited: "deposited", ArmedConflictStatusRecorded: "date", WithdrawalNotified: "received" };

/** Every membership of each State, in order; a State may come back after a withdrawal. `left`: null = not known to. */
function terms(acts) {
  const order = Object.keys(ACTS);
  const dated = acts.map((one) => ({ state: one.data.state, kind: kindOf(one), day: one.data[ACTS[kindOf(one)]], one }));
  dated.sort((a, b) => compare(a.day, b.day) || order.indexOf(a.kind) - order.indexOf(b.kind));
  const found = new Map();
  for (const { state, kind, day } of dated) {
    if (!found.has(state)) found.set(state, []);
    const own = found.get(state);
    const last = own.at(-1);
    if (kind === "InstrumentDeposited" && (!last || last.notified)) {
      own.push({ begins: inForce(day), left: null, notified: false });
    } else if (kind === "WithdrawalNotified" && last && !last.notified) {
      const conflicts = dated.filter((act) => act.kind === "ArmedConflictStatusRecorded" && act.state === state);
      last.left = leftOn(day, conflicts.map((act) => [act.day, act.one.data.engaged]));
      last.notified = true;
    }
  }
  return found;
}

/** The first day of the sixth month after the month of deposit, never before the Convention's own. */
function inForce(deposited) {
  const day = monthsLater(`${deposited.slice(0, 7)}-01`, MONTHS_TO_ENTRY_INTO_FORCE);
  return day < CONVENTION_IN_FORCE ? CONVENTION_IN_FORCE : day;
}

/** Six months after the notice, or the end of an armed conflict that lasts on that day. */
function leftOn(received, conflicts) {
  const expiry = monthsLater(received, MONTHS_TO_WITHDRAWAL);
  const engaged = conflicts.filter(([day]) => day <= expiry).at(-1)?.[1];
  if (!engaged) return expiry;
  return conflicts.find(([day, still]) => day > expiry && !still)?.[0] ?? null;
}

/** The same day so many months later, or the last day of a shorter month. */
function monthsLater(text, months) {
  const [year, month, day] = text.split("-").map(Number);
  const index = year * 12 + month - 1 + months;
  const [inYear, inMonth] = [Math.floor(index / 12), (index % 12) + 1];
  return dayOf(inYear, inMonth, Math.min(day, lastOf(inYear, inMonth)));
}

const party = (own, day) => own.some(({ begins, left }) => begins <= day && (left === null || day < left));

// --- What stands (model §6) ------------------------------------------------------------------------------------------

/**
 * The facts that count by a day: the latest text of each, neither retracted nor revised by then.
 * A revised Article 7 report stays beside its revision, and a revised practice statement where the periods differ;
 * this sample counts neither kind. `events` are in the order of their ledgers.
 */
export function standing(events, knownBy = LAST_DAY) {
  const byId = new Map(events.map((one) => [one.id, one]));
  const entryOf = (id) => {
    while (byId.has(byId.get(id).corrects)) id = byId.get(id).corrects;
    return id;
  };
  const texts = new Map(); // a fact and its corrections are one entry; the last of them, which comes last, is its text
  for (const event of byId.values()) texts.set(entryOf(event.id), event);
  const acting = { retracts: new Map(), revises: new Map() };
  for (const entry of texts.keys()) {
    for (const link of ["retracts", "revises"]) {
      const target = byId.get(entry)[link];
      if (!byId.has(target)) continue;
      const acted = entryOf(target);
      acting[link].set(acted, [...(acting[link].get(acted) ?? []), entry]);
    }
  }
  const inForce = (entry) =>
    texts.get(entry).knowntime <= knownBy && !(acting.retracts.get(entry) ?? []).some(inForce);
  const stands = (entry) =>
    byId.get(entry).retracts === null && inForce(entry) && !(acting.revises.get(entry) ?? []).some(inForce);
  return [...texts].filter(([entry]) => stands(entry)).map(([, text]) => text);
}
