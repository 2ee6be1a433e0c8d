// What the dashboard computes by itself: filters, numbers of JSON, projections, metrics, tokens.
import assert from "node:assert/strict";
import { createHmac, webcrypto } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";

const DASHBOARD = new URL("../../gateway/dashboard/", import.meta.url);

/** Its modules, compiled as the dashboard's build compiles them. */
async function load() {
  const { build } = await import(new URL("node_modules/esbuild/lib/main.js", DASHBOARD).href);
  const folder = mkdtempSync(`${tmpdir()}/dashboard-`);
  globalThis.crypto ??= webcrypto; // Node.js 18 has it under this name alone
  globalThis.sessionStorage = { getItem: () => null, setItem: () => {} };
  globalThis.location = { href: "http://localhost:6333/dashboard/#/x" };
  try {
    const names = ["api", "filter", "metrics", "pca", "jwt", "format", "members"];
    await build({
      entryPoints: names.map((name) => fileURLToPath(new URL(`src/${name}.ts`, DASHBOARD))),
      outdir: folder,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      format: "esm",
    });
    const modules = await Promise.all(names.map((name) => import(`${folder}/${name}.mjs`)));
    return Object.assign({}, ...modules);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function unitTests(test) {
  const m = await load();
  await test("filters are read", () => {
    assert.equal(m.readFilter("  "), undefined);
    assert.deepEqual(m.readFilter("color=red"), { must: [{ key: "color", match: { value: "red" } }] });
    assert.deepEqual(m.readFilter('a.b=true, c="1, 2", d=3, e=1.5'), {
      must: [
        { key: "a.b", match: { value: true } },
        { key: "c", match: { value: "1, 2" } },
        { key: "d", match: { value: 3 } },
        { key: "e", range: { gte: 1.5, lte: 1.5 } },
      ],
    });
    assert.deepEqual(m.readFilter("x!=red, p>=10, p<20, t~old boat"), {
      must: [
        { key: "p", range: { gte: 10 } },
        { key: "p", range: { lt: 20 } },
        { key: "t", match: { text: "old boat" } },
      ],
      must_not: [{ key: "x", match: { value: "red" } }],
    });
    assert.deepEqual(m.readFilter("a=9007199254740993, b>-9007199254740993, c=0x10, d=1e3, e=-.5, f=Infinity"), {
      must: [
        { key: "a", match: { value: 9007199254740993n } },
        { key: "b", range: { gt: -9007199254740993n } },
        { key: "c", match: { value: "0x10" } },
        { key: "d", match: { value: 1000 } },
        { key: "e", range: { gte: -0.5, lte: -0.5 } },
        { key: "f", match: { value: "Infinity" } },
      ],
    });
    assert.deepEqual(m.readFilter('{"must": []}'), { must: [] });
    assert.throws(() => m.readFilter("color"), /is not a condition/);
    assert.throws(() => m.readFilter("{"), /not JSON/);
  });
  await test("a value becomes a condition", () => {
    assert.equal(m.withCondition("", "color", "red"), "color=red");
    assert.equal(m.withCondition("a=1", "color", "dark red"), "a=1, color=dark red");
    assert.equal(m.withCondition("", "n", "12"), 'n="12"');
    assert.equal(m.withCondition("", "n", "true"), 'n="true"');
    assert.equal(m.withCondition("color=red", "color", "red"), "color=red");
    assert.equal(m.withCondition('{"must": []}', "color", "red"), '{"must": []}');
    const both = m.withCondition("p<20, x!=1", "k", 'a "b"');
    assert.deepEqual(m.readFilter(both), {
      must: [{ key: "p", range: { lt: 20 } }, { key: "k", match: { value: 'a "b"' } }],
      must_not: [{ key: "x", match: { value: 1 } }],
    });
    const paths = { "a b": "a b", "größe": "größe", "a,b": "a,b", "a=b": "a=b", " a": " a", "a.b": '"a.b"', "a[0]": '"a[0]"', 'a"b': '"a""b"', "": '""' };
    for (const [name, key] of Object.entries(paths)) {
      assert.deepEqual(m.readFilter(m.withCondition("", name, 1)), { must: [{ key, match: { value: 1 } }] });
    }
    const values = ["red", "12", "true", "a, b", 5, false, 'say "x"', '"', "", "two\nlines", "1e5", "0x10", " a ", "\u0001a", 2n ** 60n, "größe"];
    for (const value of values) {
      assert.equal(m.readFilter(m.withCondition("", "k", value)).must[0].match.value, value);
    }
  });
  await test("a payload is edited as its text", () => {
    const old = '{"a": 1.0, "b": [0.12345678901234567890, {"c": "x, {\\"y"}], "d": {}, "e": null, "a\\"b": [ ]}';
    assert.deepEqual([...m.membersOf(old)], [["a", "1.0"], ["b", '[0.12345678901234567890,{"c":"x, {\\"y"}]'], ["d", "{}"], ["e", "null"], ['a"b', "[]"]]);
    assert.deepEqual([...m.membersOf("[1, [2, 3]]")], [["0", "1"], ["1", "[2,3]"]]);
    assert.deepEqual([...m.membersOf("[]"), ...m.membersOf("{}")], []);
    assert.equal(m.lines('{"a":[1.0,{}],"b":[],"c":{"d":-1e3}}'), '{\n  "a": [\n    1.0,\n    {}\n  ],\n  "b": [],\n  "c": {\n    "d": -1e3\n  }\n}');
    assert.equal(m.lines('{"v":[1.0,-2]}'), '{\n  "v": [1.0, -2]\n}');
    assert.deepEqual(m.changesOf(old, m.lines(old)), { set: "{}", deleted: [] });
    assert.deepEqual(m.changesOf(old, '{"a": 1, "b": [0.12345678901234567890, {"c": "x, {\\"y"}], "f": 1.50, "e": null, "d": {}}'), { set: '{"a":1,"f":1.50}', deleted: ['a"b'] });
    assert.throws(() => m.compact('{"a": 1, '), SyntaxError);
    assert.throws(() => m.compact('{"a" 1}'), SyntaxError);
  });
  await test("one is one", () => {
    assert.deepEqual([0, 1, 2, 1000].map((n) => m.counted(n, "row")), ["0 rows", "1 row", "2 rows", "1,000 rows"]);
  });
  await test("members of a payload are its own", () => {
    assert.equal(m.memberOf({ a: 1 }, "a"), 1);
    assert.equal(m.memberOf({ a: 1 }, "constructor"), undefined);
    assert.equal(m.memberOf(JSON.parse('{"toString": 2}'), "toString"), 2);
    assert.equal(m.memberOf(undefined, "a"), undefined);
  });
  await test("changes and recall have no time limit", () => {
    for (const path of ["collections/a/points", "collections/a/points/query", "/vecext/collections/a/hybrid_search"]) assert.ok(m.isBrief("POST", path));
    assert.ok(m.isBrief("GET", "vecext/access"));
    assert.ok(!m.isBrief("GET", "vecext/collections/a/health"));
    assert.ok(m.isBrief("GET", "vecext/collections/a"));
    for (const path of ["collections/a/points/delete?wait=true", "vecext/collections/a/recall", "collections/aliases", "vecext/sql/points"]) {
      assert.ok(!m.isBrief("POST", path), path);
    }
    assert.ok(!m.isBrief("PUT", "collections/a/points"));
    assert.ok(!m.isBrief("PUT", "collections/a/index?wait=true"));
  });
  await test("large integers keep their digits", () => {
    const text = '{"id":18446744073709551615,"text":"[12345678901234567890]","list":[1,-9223372036854775808,0.25]}';
    const value = m.parse(text);
    assert.equal(value.id, 18446744073709551615n);
    assert.equal(value.text, "[12345678901234567890]");
    assert.equal(m.stringify(value), text);
    assert.equal(m.idOf("7"), 7);
    assert.equal(m.idOf("9007199254740993"), 9007199254740993n);
    assert.equal(m.idOf(" 550e8400-e29b-41d4-a716-446655440000"), "550e8400-e29b-41d4-a716-446655440000");
  });
  await test("strings that begin with the mark of large integers stay strings", () => {
    const text = String.raw`{"a":"\u0001a","b":"\u00015","c":["\u0001\u00016",7,18446744073709551615],"\u00018":"\"\u00019","d":"\\"}`;
    const value = m.parse(text);
    assert.deepEqual(value, JSON.parse(text.replace("18446744073709551615", "0"), (_, one) => (one === 0 ? 18446744073709551615n : one)));
    assert.equal(m.stringify(value), text);
    assert.deepEqual(m.parse(m.stringify(value, 2)), value);
    assert.equal(m.parse(`"${"x".repeat(1_000_000)}"`).length, 1_000_000);
  });
  await test("JSON is written for people, and its strings stay", () => {
    assert.equal(m.pretty({ a: [1, -2.5, 1e30], b: "x [1,   2]", c: "\"[3,  4]" }), `{
  "a": [1, -2.5, 1e+30],
  "b": "x [1,   2]",
  "c": "\\"[3,  4]"
}`);
    const start = performance.now();
    const list = [...Array.from({ length: 5000 }, () => -1), null];
    assert.deepEqual(JSON.parse(m.pretty(list)), list);
    assert.ok(performance.now() - start < 1000);
  });
  await test("a plane shows where points differ most", () => {
    // A plane within five dimensions: it is shown in full, and distances stay.
    const vectors = Array.from({ length: 50 }, (_, i) => {
      const [a, b] = [Math.cos(i * 1.7) * 5, Math.sin(i * 2.9) * 2];
      return [a, 1, b, a + b, -a];
    });
    const { points, share } = m.project(vectors);
    assert.ok(share > 0.999999);
    const distance = (x, y) => Math.hypot(...x.map((value, i) => value - y[i]));
    for (const [i, j] of [[0, 1], [3, 30], [10, 49]]) {
      assert.ok(Math.abs(distance(points[i], points[j]) - distance(vectors[i], vectors[j])) < 1e-3);
    }
    assert.deepEqual(m.project([[1, 2], [1, 2]]).points, [[0, 0], [0, 0]]);
    assert.deepEqual(m.denseOf({ "": [1, 2], b: [[1, 3], [3, 5]] }, "b"), [2, 4]);
    assert.equal(m.denseOf({ b: { indices: [1], values: [1] } }, "b"), undefined);
  });
  await test("metrics are read", () => {
    const text = (n) => `# HELP x
rest_responses_total{method="GET",endpoint="/a",status="200"} ${10 * n}
rest_responses_total{method="GET",endpoint="/a",status="404"} ${n}
rest_responses_total{method="GET",endpoint="/dashboard",status="304"} ${n}
rest_responses_total{method="GET",endpoint="/metrics",status="200"} 99
grpc_responses_total{endpoint="/qdrant.Points/Query",status="0"} ${4 * n}
grpc_responses_total{endpoint="/qdrant.Points/Query",status="5"} ${n}
rest_responses_duration_seconds_bucket{endpoint="/a",le="0.01"} ${5 * n}
rest_responses_duration_seconds_bucket{endpoint="/a",le="0.1"} ${10 * n}
rest_responses_duration_seconds_bucket{endpoint="/a",le="+Inf"} ${11 * n}
`;
    const [before, after] = [1, 3].map((n) => m.totalsOf(m.readMetrics(text(n))));
    assert.equal(after.requests - before.requests, 34);
    assert.equal(after.failures, 6);
    assert.ok(Math.abs(m.quantile(before, after, 0.5) - 0.019) < 1e-9);
    assert.equal(m.quantile(before, after, 0.99), 0.1);
    assert.equal(m.quantile(before, before, 0.5), undefined);
  });
  await test("tokens are signed as JWT asks for", async () => {
    const form = { access: "collections", collections: [{ name: "a", access: "rw" }, { name: "", access: "r" }], expires: 60, subject: " x " };
    const claims = m.claimsOf(form, 1_000_500);
    assert.deepEqual(claims, { subject: "x", exp: 1060, access: [{ collection: "a", access: "rw" }] });
    const token = await m.sign(claims, "key");
    const [head, body, signature] = token.split(".");
    assert.equal(createHmac("sha256", "key").update(`${head}.${body}`).digest("base64url"), signature);
    assert.deepEqual(JSON.parse(Buffer.from(body, "base64url")), claims);
    assert.equal(JSON.parse(Buffer.from(head, "base64url")).alg, "HS256");
  });
}
