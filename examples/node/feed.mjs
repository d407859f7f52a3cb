// The paged HTTP feed: everything from the first event on, for whoever begins or has missed something.

import { HTTP } from "cloudevents";

const PER_PAGE = 256;
const BATCH = "application/cloudevents-batch+json";

/** The pages from the one on which position `after` + 1 stands, to the last: `{events, through}`. Throws when refused. */
export async function* pages(gateway, ledger, after, subjects) {
  const query = filters(ledger, subjects).toString();
  let address = `/feeds/${ledger}/${Math.floor(after / PER_PAGE) + 1}${query && `?${query}`}`;
  while (address) {
    const answer = await fetch(new URL(address, gateway), { headers: { accept: BATCH } });
    if (!answer.ok) throw new FeedError(answer.status, `${address}: ${answer.status} ${await answer.text()}`);
    const events = HTTP.toEvent({ headers: { "content-type": BATCH }, body: await answer.text() });
    const through = Number(answer.headers.get("stocktake-through"));
    yield { events: events.filter((one) => heard(one, subjects)), through };
    address = /<([^>]*)>; rel="next"/.exec(answer.headers.get("link") ?? "")?.[1];
  }
}

/** The gateway answered, and said no. */
export class FeedError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The narrowest filter of the feed that lets all of the subjects through. */
function filters(ledger, subjects) {
  const tokens = subjects.map((one) => one.split("."));
  const query = new URLSearchParams();
  for (const [name, place, prefix] of [["type", 2, `ccm.${ledger}.`], ["subject", 3, ""]]) {
    const wanted = [...new Set(tokens.map((one) => one[place]))].sort();
    if (!wanted.includes("*")) wanted.forEach((one) => query.append(name, prefix + one));
  }
  return query;
}

/** Whether the event is published on one of the subjects, of which `*` stands for anything in its place. */
function heard(event, subjects) {
  const tokens = [...event.type.split("."), event.subject ?? "-"];
  return subjects.some((one) => one.split(".").every((token, at) => token === "*" || token === tokens[at]));
}
