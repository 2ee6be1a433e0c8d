// The routes below /vecext: what they answer, and whom and what they refuse.
import assert from "node:assert/strict";
import { READ_KEY, WRITE_KEY } from "./browser.mjs";

export async function routeTests(test, url) {
  const ask = async (method, path, body, key = READ_KEY) => {
    const response = await fetch(`${url}/vecext/${path}`, {
      method,
      headers: { "api-key": key },
      body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
    });
    const text = await response.text();
    if (!text.startsWith("{")) return { status: response.status, error: text };
    const answer = JSON.parse(text);
    return { status: response.status, result: answer.result, error: answer.status?.error };
  };
  const photos = (rest, body) => ask(body === undefined ? "GET" : "POST", `collections/photos/${rest}`, body);
  const refused = async (answer, status, words) => {
    const { status: found, error } = await answer;
    assert.equal(found, status, error);
    assert.match(error, words);
  };

  await test("plans of requests", async () => {
    const vector = Array.from({ length: 8 }, (_, i) => i + 0.123456789);
    const { result } = await photos("query_plan", { query: vector, limit: 2, filter: { must: [{ key: "color", match: { value: "red" } }] } });
    assert.equal(result.statements.length, 1);
    const [step] = result.statements;
    assert.equal(step.rows, 2);
    assert.match(step.statement, /^SELECT .* LIMIT 3$/);
    assert.match(step.plan, /photos/);
    await refused(photos("query_plan", { query: [1, 2] }), 400, /expected dim: 8, got 2/);
    await refused(photos("query_plan", { nonsense: 1 }), 400, /nonsense/);
    await refused(photos("query_plan", "{"), 400, /JSON/);
    await refused(ask("POST", "collections/none/query_plan", {}), 404, /`none` doesn't exist/);
  });
  await test("outline, health and recall", async () => {
    const { result: outline } = await ask("GET", "collections/photos");
    const { result } = await photos("health");
    for (const same of ["status", "vectors", "payload_indexes", "points_estimate", "bytes"]) assert.deepEqual(outline[same], result[same], same);
    assert.equal(outline.indexes, undefined);
    await refused(ask("GET", "collections/none"), 404, /`none` doesn't exist/);
    const { sizes } = result;
    assert.equal(sizes.bytes, sizes.table + sizes.vector_indexes + sizes.payload_indexes + sizes.other_indexes);
    assert.deepEqual(result.indexes.map((index) => index.method).sort(), ["bm25", "hnsw", "inverted"]);
    assert.equal(result.aliases, undefined);
    const recall = await photos("recall", { using: "tags", limit: 5, sample: 20 });
    assert.ok(recall.result.recall > 0.9 && recall.result.recall <= 1);
    assert.equal(recall.result.index, "photos_tags_idx");
    await refused(photos("recall", { using: "none" }), 400, /Vector `none` has no index/);
    await refused(photos("recall", { sample: 1001 }), 422, /must be from 1 to 1000/);
    await refused(photos("recall", { limit: 0 }), 422, /must be 1 or larger/);
    await refused(ask("GET", "collections/none/health"), 404, /`none` doesn't exist/);
  });
  await test("hybrid searches of words, vectors and sparse vectors", async () => {
    const { result } = await photos("hybrid_search", {
      text: "bridge",
      vector: [0, 1, 0, 0, 0, 0, 0, 0],
      sparse: { indices: [1], values: [1] },
      sparse_using: "tags",
      filter: { must: [{ key: "color", match: { value: "green" } }] },
      limit: 4,
      method: "rrf",
      with_vector: true,
    });
    assert.equal(result.points.length, 4);
    for (const point of result.points) {
      assert.equal(point.payload.color, "green");
      assert.equal(point.ranks.length, 3);
      assert.equal(point.scores.length, 3);
      assert.equal(point.vector[""].length, 8);
    }
    const none = await photos("hybrid_search", { text: "zebra" });
    assert.deepEqual(none.result.points, []);
    await refused(photos("hybrid_search", { text: "a", limt: 3 }), 400, /unknown field `limt`/);
    await refused(photos("hybrid_search", {}), 400, /needs text, vector, sparse or legs/);
    await refused(photos("hybrid_search", { vector: "x" }), 400, /vector/);
  });
  await test("statements take what they were made for", async () => {
    const { result } = await ask("GET", "sql");
    assert.deepEqual(
      result.statements.map(({ name, parameters, writes }) => [name, parameters, writes]),
      [["prices", 1, false], ["nearest", 2, false], ["sneaky", 0, false], ["rename", 2, true]],
    );
    const nothing = await ask("POST", "sql/prices", { parameters: [null] });
    assert.deepEqual(nothing.result.rows, []);
    const injected = await ask("POST", "sql/prices", { parameters: ["'; DROP TABLE photos; --"] });
    assert.equal(injected.result.rows.length, 3);
    await refused(ask("POST", "sql/prices", { parameters: [] }), 400, /has 1 parameters, not 0/);
    await refused(ask("POST", "sql/prices"), 400, /has 1 parameters, not 0/);
    await refused(ask("POST", "sql/nearest", { parameters: [[1, 2], 3] }), 400, /dimensions|dim/);
    await refused(ask("POST", "sql/none"), 404, /Statement `none` doesn't exist/);
    await refused(ask("POST", "sql/sneaky", undefined, WRITE_KEY), 403, /read-only transaction/);
    await refused(ask("POST", "sql/rename", { parameters: ["1", "x"] }), 403, /manage access is required/);
    await refused(ask("GET", "sql", undefined, "wrong"), 401, /API key/);
  });
  await test("the state of the server", async () => {
    const { result } = await ask("GET", "replication");
    assert.equal(result.role, "primary");
    assert.ok(Array.isArray(result.standbys) && Array.isArray(result.slots));
    assert.deepEqual((await ask("GET", "access")).result.access, "read");
    assert.deepEqual((await ask("GET", "access", undefined, WRITE_KEY)).result.manages, true);
  });
}
