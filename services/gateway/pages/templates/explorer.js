// The explorer at /graphql: our own few lines, nothing from elsewhere.
"use strict";

const at = (id) => document.getElementById(id);

const show = async () => {
  at("said").textContent = "asking …";
  try {
    const variables = JSON.parse(at("variables").value || "{}");
    const response = await fetch("/graphql", {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ query: at("query").value, variables }),
    });
    const body = await response.json();
    at("answer").textContent = JSON.stringify(body, null, 2);
    at("said").textContent = body.errors ? "refused, in whole or in part" : "answered";
  } catch (failure) {
    at("said").textContent = String(failure);
  }
};

const chosen = async () => {
  const examples = await (await fetch("/graphql/examples.json")).json();
  at("query").value = examples.find((one) => one.name === at("example").value).text;
  at("variables").value = "{}";
};

// The schema's definitions, each with its description, that hold the wanted text.
const blocks = fetch("/graphql/schema.graphql")
  .then((response) => response.text())
  .then((text) => text.split(/\n\n(?="""|type |enum |interface |input |scalar |directive )/));

const filtered = async () => {
  const wanted = at("wanted").value.toLowerCase();
  at("schema").textContent = (await blocks).filter((one) => one.toLowerCase().includes(wanted)).join("\n\n");
};

at("explorer").addEventListener("submit", (event) => { event.preventDefault(); show(); });
at("example").addEventListener("change", chosen);
at("wanted").addEventListener("input", filtered);
filtered();
