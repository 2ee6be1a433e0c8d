// The browser, vecextd, and the data that the tests look at.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { chromium } from "playwright-core";

export const WRITE_KEY = "write-key-of-the-test";
export const READ_KEY = "read-key-of-the-test";

const STATEMENTS = `-- name: prices
SELECT payload ->> 'color' AS color, round(avg((payload ->> 'price')::numeric), 1) AS price, count(*) AS points
FROM photos WHERE payload ->> 'color' <> $1 GROUP BY 1 ORDER BY 1;
-- name: nearest
SELECT id, payload ->> 'color' AS color FROM photos ORDER BY embedding <=> $1::vector LIMIT $2::int
-- name: sneaky
SELECT vecext.drop_collection('photos')
-- name: rename write
UPDATE photos SET payload = payload || jsonb_build_object('title', $2) WHERE id = $1::vecext.point_id RETURNING id
`;

/** Starts vecextd in front of the server that libpq's variables name. */
export async function startGateway(program) {
  const options = ["--http-port", "0", "--grpc-port", "0", "--threads", "1", "--api-key", WRITE_KEY, "--read-only-api-key", READ_KEY];
  const folder = mkdtempSync(`${tmpdir()}/dashboard-`);
  writeFileSync(`${folder}/statements.sql`, STATEMENTS);
  options.push("--statements", `${folder}/statements.sql`);
  const child = spawn(program, options, { stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise((resolve, reject) => {
    let log = "";
    child.stdout.on("data", (data) => {
      log += data;
      const found = /http:\/\/\S+/.exec(log);
      if (found) resolve(found[0]);
    });
    child.on("exit", (code) => reject(new Error(`vecextd ended with ${code}: ${log}`)));
  });
  rmSync(folder, { recursive: true });
  return { url, stop: () => child.kill() };
}

export async function request(url, method, path, body) {
  const response = await fetch(url + path, {
    method,
    headers: { "api-key": WRITE_KEY, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text).result;
}

// Numbers that look random and are the same each time.
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const COLORS = ["red", "green", "blue"];
const THINGS = ["boat", "house", "tree", "river", "bridge"];

/** 300 photos in three clusters by their color, and two more collections. */
export async function fill(url) {
  const random = randomNumbers(7);
  const points = Array.from({ length: 300 }, (_, i) => {
    const cluster = i % 3;
    const vector = Array.from({ length: 8 }, (_, n) => (n === cluster ? 3 : 0) + random());
    return {
      id: i + 1,
      vector: { "": vector, tags: { indices: [cluster, 10 + (i % 5)], values: [1, 0.5] } },
      payload: {
        title: `A ${THINGS[i % 5]} by the ${THINGS[(i * 7 + 2) % 5]}`,
        color: COLORS[cluster],
        price: Math.round(random() * 1000) / 10,
        size: { width: 600 + i, height: 400 },
      },
    };
  });
  await request(url, "PUT", "/collections/photos", { vectors: { size: 8, distance: "Cosine" }, sparse_vectors: { tags: {} } });
  await request(url, "PUT", "/collections/photos/points?wait=true", { points });
  await request(url, "PUT", "/collections/photos/index?wait=true", { field_name: "color", field_schema: "keyword" });
  await request(url, "PUT", "/collections/photos/index?wait=true", { field_name: "title", field_schema: "bm25" });
  await request(url, "PUT", "/collections/notes", { vectors: { size: 4, distance: "Dot" } });
  await request(url, "PUT", "/collections/articles", { vectors: { size: 4, distance: "Euclid" } });
  // An id that a number of JavaScript cannot hold.
  const body = '{"points": [{"id": 9007199254740993, "vector": [1, 2, 3, 4], "payload": {"serial": 9007199254740995}}]}';
  await fetch(`${url}/collections/articles/points?wait=true`, {
    method: "PUT",
    headers: { "api-key": WRITE_KEY, "content-type": "application/json" },
    body,
  });
}

export async function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  });
}

/** A page of a fresh profile at the dashboard. What goes wrong in it is in `page.faults`. */
export async function openPage(browser, url, key, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...options });
  await context.addInitScript((given) => {
    if (given && sessionStorage.getItem("vecext.key") === null) sessionStorage.setItem("vecext.key", given);
  }, key);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(error.message));
  page.on("console", (message) => {
    // The browser reports each answer of 400 and above, which the pages show themselves.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) page.faults.push(message.text());
  });
  page.at = (place) => page.goto(`${url}/dashboard/#/${place}`);
  return page;
}

const axe = readFileSync(new URL("./node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

/** What axe finds on the page as it is now, by these of its rules or by all. */
export async function accessibilityFaults(page, rules) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((runOnly) => globalThis.axe.run(runOnly ? { runOnly } : {}), rules);
  return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
}
