// What a client of the API does: it looks at what there is, asks for a change, waits for the
// host's yes, and reads what was recorded. All types come from the description of the API.

import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Failure = components["schemas"]["ErrorBody"];

const url = process.env["OPENWORK_URL"] ?? "http://127.0.0.1:8787";
const client = createClient<paths>({
  baseUrl: url,
  headers: {
    Authorization: `Bearer ${process.env["OPENWORK_TOKEN"] ?? ""}`,
    "X-OpenWork-Client-Id": "typed-client",
  },
});
const host = createClient<paths>({
  baseUrl: url,
  headers: { "X-OpenWork-Host-Token": process.env["OPENWORK_HOST_TOKEN"] ?? "" },
});

/** What was answered, or an error with the server's own words. */
function answered<T>(answer: { data?: T; error?: Failure }): T {
  if (answer.data !== undefined) return answer.data;
  throw new Error(`${answer.error?.code ?? "nothing"}: ${answer.error?.message ?? ""}`);
}

/** The id of the first request that waits, once one does. */
async function firstThatWaits(): Promise<string> {
  for (;;) {
    const list = answered(await host.GET("/approvals", { params: { query: { include: "changes" } } }));
    const first = list.items[0];
    if (first?.changes?.[0]?.diff.includes("opencode-notion")) return first.id;
    await new Promise((later) => setTimeout(later, 20));
  }
}

const { items: workspaces } = answered(await client.GET("/workspaces"));
const id = workspaces[0]?.id;
if (id === undefined) throw new Error("no workspace is served");
const path = { id };

const skills = answered(await client.GET("/workspace/{id}/skills", { params: { path } }));
console.log("skills:", skills.items.map((skill) => skill.name).join(", "));

const asked = client.POST("/workspace/{id}/plugins", {
  params: { path },
  body: { spec: "opencode-notion" },
});
const waiting = await firstThatWaits();
const reply = answered(
  await host.POST("/approvals/{id}", { params: { path: { id: waiting } }, body: { reply: "allow" } }),
);
console.log("applied:", reply.applied);

const added = answered(await asked);
// The list may be missing where it could not be made in time, and its type says so.
if (!("items" in added)) throw new Error("the plugins were not listed");
console.log("plugins:", added.items.map((plugin) => plugin.spec).join(", "));

const audit = answered(
  await client.GET("/workspace/{id}/audit", { params: { path, query: { limit: 1 } } }),
);
const entry = audit.items[0];
console.log("recorded:", entry?.action, entry?.actor.clientId, entry?.approval?.by);

const refused = await client.DELETE("/workspace/{id}/skills/{name}", {
  params: { path: { id, name: "nobody-has-it" } },
});
// Of all failures that there are, these two are told apart by the compiler.
if (refused.error?.code === "skill_not_found") console.log("refused:", refused.response.status);
