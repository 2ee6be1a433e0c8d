// Each page in a browser: what it shows of real data, and what it does.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { accessibilityFaults, openPage, READ_KEY, request, WRITE_KEY } from "./browser.mjs";

const button = (page, name) => page.getByRole("button", { name, exact: true });
const rows = (page, table) => page.getByRole("region", { name: table, exact: true }).locator("tbody tr");
const see = (page, text) => page.getByText(text).first().waitFor();

async function keys(test, browser, url) {
  await test("a page without a key asks for one, and a key opens it", async () => {
    const page = await openPage(browser, url, "");
    await page.at("collections");
    await see(page, "A key is needed");
    await page.getByRole("link", { name: "Enter a key" }).click();
    await page.getByLabel("API key or token").fill(WRITE_KEY);
    await button(page, "Use it").click();
    await see(page, "This key admits reads and writes.");
    await page.at("collections");
    await see(page, "photos");
    assert.equal(await page.evaluate(() => localStorage.getItem("vecext.key")), null);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
  await test("a key that only reads hides all changes", async () => {
    const page = await openPage(browser, url, READ_KEY);
    await page.at("collections");
    await see(page, "photos");
    await see(page, "read only");
    assert.equal(await button(page, "New collection").count(), 0);
    await page.at("collections/photos");
    await see(page, "Payload indexes");
    assert.equal(await page.getByRole("button", { name: /Drop|Create/ }).count(), 0);
    await page.at("collections/photos/points");
    await button(page, "1").click();
    await button(page, "Find similar").waitFor();
    assert.equal(await page.getByRole("button", { name: /Edit|Delete/ }).count(), 0);
    await page.at("statements");
    await see(page, "This key does not admit it");
    assert.equal(await page.getByRole("form", { name: "Run rename" }).count(), 0);
    await page.at("console");
    assert.deepEqual(await page.getByLabel("Method").locator("option").allTextContents(), ["GET", "POST"]);
    await page.context().close();
  });
}

async function tokens(test, browser, page, url) {
  await test("a token that the page makes admits what it says, and no more", async () => {
    const sent = [];
    const listen = (one) => sent.push(one.url() + (one.postData() ?? ""));
    page.on("request", listen);
    await page.at("tokens");
    await page.getByLabel("Admits").selectOption("collections");
    await page.getByLabel("Collection 1", { exact: true }).fill("photos");
    await page.getByLabel("Key", { exact: true }).fill(WRITE_KEY);
    await button(page, "Make token").click();
    const token = (await page.getByRole("region", { name: "Token", exact: true }).textContent()).trim();
    page.off("request", listen);
    assert.ok(sent.every((text) => !text.includes(WRITE_KEY)));
    const [head, body, signature] = token.split(".");
    assert.equal(createHmac("sha256", WRITE_KEY).update(`${head}.${body}`).digest("base64url"), signature);
    const other = await openPage(browser, url, token);
    await other.at("collections");
    await see(other, "photos");
    await see(other, "read only");
    assert.deepEqual(await other.locator("tbody tr td:first-child").allTextContents(), ["photos"]);
    await other.at("collections/photos");
    await see(other, "vector(8)");
    for (const place of ["collections/notes", "replication", "statements"]) {
      await other.at(place);
      await see(other, /(Access to collection notes|Global access) is required/);
    }
    await other.context().close();
  });
}

async function collections(test, page, url) {
  await test("the list of collections", async () => {
    await page.at("collections");
    await see(page, "photos");
    assert.deepEqual(await page.locator("tbody tr td:first-child").allTextContents(), ["articles", "notes", "photos"]);
    await button(page, "Name").click();
    assert.deepEqual(await page.locator("tbody tr td:first-child").allTextContents(), ["photos", "notes", "articles"]);
    await page.getByLabel("Filter by name").fill("ot");
    assert.deepEqual(await page.locator("tbody tr td:first-child").allTextContents(), ["photos", "notes"]);
    await page.getByLabel("Filter by name").fill("zzz");
    await see(page, "No collection has this in its name.");
  });
  await test("a collection is made and dropped", async () => {
    await page.at("collections");
    await button(page, "New collection").click();
    await page.getByLabel("Name", { exact: true }).fill("made here");
    await page.getByLabel("Dimensions").fill("3");
    await button(page, "Create").click();
    await page.getByRole("heading", { name: "Collections / made here" }).waitFor();
    await see(page, "vector(3)");
    await button(page, "Drop collection").click();
    await see(page, "This cannot be undone.");
    await page.getByRole("dialog").getByRole("button", { name: "Drop collection" }).click();
    await page.getByRole("heading", { name: "Collections", exact: true }).waitFor();
    const { exists } = await request(url, "GET", "/collections/made%20here/exists");
    assert.equal(exists, false);
  });
  await test("the overview of a collection", async () => {
    await page.at("collections/photos");
    await see(page, "vector(8)");
    const index = rows(page, "State of indexes").filter({ hasText: "hnsw" });
    assert.match(await index.textContent(), /photos_embedding_idx.*300.*valid/);
    await button(page, "Estimate the recall of (unnamed)").click();
    await see(page, /[\d.]+ % of the 10 nearest are found/);
    await page.getByLabel("Key", { exact: true }).fill("price");
    await page.getByLabel("Type", { exact: true }).selectOption("float");
    await button(page, "Create index").click();
    await rows(page, "Payload indexes").filter({ hasText: "price" }).waitFor();
    await page.getByLabel("Alias", { exact: true }).fill("pictures");
    await button(page, "Create alias").click();
    await button(page, "Drop pictures").waitFor();
    await page.getByText("Options, as Qdrant has them").click();
    await see(page, "shard_number");
  });
}

async function points(test, page, url) {
  await test("points by pages and filters", async () => {
    await page.at("collections/photos/points");
    await see(page, "300 points");
    assert.equal(await rows(page, "Points").count(), 20);
    await button(page, "Next").click();
    await see(page, "Page 2");
    await button(page, "21").waitFor();
    await button(page, "Previous").click();
    await button(page, "1").waitFor();
    await page.getByLabel("Filter", { exact: true }).fill("color=red, price<50");
    await button(page, "Apply").click();
    await see(page, /\d+ points with this filter/);
    // The count may come before the points.
    await page.waitForFunction(() => {
      const colors = [...document.querySelectorAll('button[title="Filter by color"]')].map((cell) => cell.textContent);
      return colors.length > 0 && colors.every((color) => color === "red");
    });
    await page.getByLabel("Filter", { exact: true }).fill("nonsense");
    await button(page, "Apply").click();
    await see(page, "is not a condition");
    await button(page, "Clear").click();
    await page.locator('button[title="Filter by color"]').first().click();
    await see(page, "100 points with this filter");
    await page.getByLabel("Show as").selectOption("cards");
    assert.equal(await page.locator(".cards li").count(), 20);
  });
  await test("a point is opened, changed, and leads to those like it", async () => {
    await page.at("collections/photos/points");
    await page.reload();
    await button(page, "4").click();
    await see(page, '"width": 603');
    await button(page, "Show vectors").click();
    await page.getByRole("region", { name: "Vectors" }).waitFor();
    await button(page, "Edit payload").click();
    await page.getByLabel("Payload").fill('{"color": "red", "title": "changed", ');
    await button(page, "Save").click();
    await see(page, "The payload is not JSON");
    await page.getByLabel("Payload").fill('{"color": "red", "title": "A changed boat"}');
    await button(page, "Save").click();
    await see(page, "The payload is saved.");
    assert.deepEqual((await request(url, "GET", "/collections/photos/points/4")).payload, { color: "red", title: "A changed boat" });
    await page.keyboard.press("Escape");
    assert.equal(await page.getByRole("dialog").count(), 0);
    await page.waitForFunction(() => document.activeElement.textContent === "4");
    await see(page, "A changed boat");
    await button(page, "4").click();
    await button(page, "Find similar").click();
    await see(page, /10 points in/);
    const colors = await rows(page, "Found points").allTextContents();
    assert.ok(colors.every((text) => text.includes("red")));
    // And so does one of these.
    const other = page.getByRole("region", { name: "Found points" }).locator("tbody button").first();
    const id = await other.textContent();
    await other.click();
    await button(page, "Find similar").click();
    await page.waitForFunction((wanted) => [...document.querySelectorAll("input")].some((input) => input.value === wanted), id);
    assert.equal(await page.getByRole("dialog").count(), 0);
    await see(page, /10 points in/);
  });
  await test("ids beyond 2^53 keep their digits", async () => {
    await page.at("collections/articles/points");
    await button(page, "9007199254740993").click();
    await see(page, '"serial": 9007199254740995');
    await button(page, "Delete point").click();
    await page.getByRole("dialog", { name: "Delete point" }).getByRole("button", { name: "Delete point" }).click();
    await see(page, "The collection has no points.");
  });
}

async function searches(test, page) {
  const asked = [];
  await test("searches by vectors, words, and both", async () => {
    await page.at("collections/photos/search");
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.reload();
    await page.getByLabel("Search", { exact: true }).selectOption("vector");
    await page.getByLabel("Vector", { exact: true }).fill("[0, 1, 0, 0, 0, 0, 0, 0]");
    await page.getByLabel("Filter").fill("price<90");
    await button(page, "Search").click();
    await see(page, /10 points in/);
    assert.ok((await rows(page, "Found points").allTextContents()).every((text) => text.includes("green")));
    await page.getByLabel("Vector to compare").selectOption("tags");
    await page.getByLabel("Vector", { exact: true }).fill('{"indices": [2], "values": [1]}');
    await button(page, "Search").click();
    await rows(page, "Found points").first().filter({ hasText: "blue" }).waitFor();
    await page.getByLabel("Vector", { exact: true }).fill("[0, 1");
    await button(page, "Search").click();
    await see(page, "The vector is not JSON");
    await page.getByLabel("Filter").fill("");
    await page.getByLabel("Search", { exact: true }).selectOption("text");
    await page.getByLabel("Words").fill("bridge");
    await button(page, "Search").click();
    await rows(page, "Found points").first().filter({ hasText: "bridge" }).waitFor();
    await page.getByLabel("Search", { exact: true }).selectOption("hybrid");
    await page.getByLabel("Vector to compare").selectOption("");
    await page.getByLabel("Vector", { exact: true }).fill("[0, 1, 0, 0, 0, 0, 0, 0]");
    await button(page, "Search").click();
    await page.getByText("Ranks").waitFor();
    await rows(page, "Found points").first().filter({ hasText: /green|bridge/ }).waitFor();
  });
  await test("a plot of a sample", async () => {
    await page.at("collections/photos/plot");
    await button(page, "Draw").click();
    await see(page, "300 points. The plane shows");
    await page.getByLabel("Color by").selectOption("color");
    await page.getByRole("img", { name: "Plot of 300 points, with colors by color" }).waitFor();
    assert.deepEqual((await page.locator(".plot .legend span").allTextContents()).map((text) => text.trim()).sort(), ["blue", "green", "red"]);
    const drawn = await page.locator("canvas").evaluate((canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const colors = new Set();
      for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200) colors.add(`${data[i]},${data[i + 1]},${data[i + 2]}`);
      return colors.size;
    });
    assert.ok(drawn >= 3, `${drawn} colors`);
  });
  await test("the query builder shows the request, its SQL and its plan", async () => {
    await page.at("collections/photos/query");
    await page.getByLabel("Points", { exact: true }).selectOption("fusion");
    await page.getByLabel("Words", { exact: true }).fill("boat");
    await page.getByLabel("Vector", { exact: true }).fill("[1, 0, 0, 0, 0, 0, 0, 0]");
    await page.getByLabel("Filter").fill("color=red");
    assert.match(await page.getByLabel("Request").inputValue(), /"fusion": "rrf"/);
    await button(page, "Show SQL and plan").click();
    const sql = page.getByRole("region", { name: "SQL of statement 1" });
    await sql.waitFor();
    assert.match(await sql.textContent(), /SELECT .* FROM public\.photos/);
    assert.match(await page.getByRole("region", { name: "Plan of statement 1" }).textContent(), /photos_title_bm25_idx|Scan/);
    await button(page, "Run").click();
    await see(page, /10 points in/);
    await page.getByLabel("Request").fill("{");
    await button(page, "Run").click();
    await see(page, "The request is not JSON");
    assert.ok(asked.includes("/vecext/collections/photos") && !asked.some((path) => path.endsWith("/health")), "indexes are not read for a search");
  });
}

async function others(test, browser, page, url) {
  await test("the console sends requests and keeps them", async () => {
    await page.at("console");
    await page.getByLabel("Method").selectOption("POST");
    await page.getByLabel("Path", { exact: true }).fill("/collections/photos/points/count");
    await page.getByLabel("Body").fill('{"exact": true}');
    await page.keyboard.press("Control+Enter");
    await see(page, /Status 200 in/);
    assert.match(await page.getByRole("region", { name: "Answer" }).textContent(), /"count": 300/);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await button(page, "Copy as cURL").click();
    await see(page, "Copied.");
    const command = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(command, /^curl -X POST 'http:.*\/collections\/photos\/points\/count'/);
    assert.ok(!command.includes(WRITE_KEY));
    await page.getByLabel("Path", { exact: true }).fill("/collections/none");
    await page.getByLabel("Method").selectOption("GET");
    await button(page, "Send").click();
    await see(page, /Status 404 in/);
    await page.locator(".history button").nth(1).click();
    assert.equal(await page.getByLabel("Path", { exact: true }).inputValue(), "/collections/photos/points/count");
  });
  await test("statements run by name, and read if they are not marked", async () => {
    await page.at("statements");
    const form = (name) => page.getByRole("form", { name: `Run ${name}` });
    await form("prices").getByLabel("$1").fill("red");
    await form("prices").getByRole("button").click();
    await see(page, /2 rows in/);
    assert.match(await rows(page, "Rows of prices").first().textContent(), /blue[\d.]+100/);
    await form("nearest").getByLabel("$1").fill("[0, 0, 1, 0, 0, 0, 0, 0]");
    await form("nearest").getByLabel("$2").fill("3");
    await form("nearest").getByRole("button").click();
    await rows(page, "Rows of nearest").nth(2).filter({ hasText: "blue" }).waitFor();
    await form("sneaky").getByRole("button").click();
    await see(page, /read-only transaction/);
    await form("rename").getByLabel("$1").fill("300");
    await form("rename").getByLabel("$2").fill("It's renamed");
    await form("rename").getByRole("button").click();
    await see(page, /1 row in/);
    const point = await request(url, "GET", "/collections/photos/points/300");
    assert.equal(point.payload.title, "It's renamed");
  });
  await test("replication shows the server", async () => {
    await page.at("replication");
    await see(page, /^PostgreSQL \d+/);
    await see(page, "primary");
    await see(page, "No standby is connected to this server.");
  });
  await test("live charts of metrics, and without any", async () => {
    const other = await openPage(browser, url, WRITE_KEY);
    await other.at("live");
    let isShown = false;
    const traffic = (async () => {
      while (!isShown) await request(url, "GET", "/collections");
    })();
    try {
      await other.getByRole("img", { name: /^Requests\. all: (?!0\.0)[\d.]+ a second, failed: 0\.0/ }).waitFor();
      await other.getByRole("img", { name: /^Duration\. half below: [\d.]+ .?s, 99 % below: [\d.]+ .?s/ }).waitFor();
    } finally {
      isShown = true;
      await traffic;
    }
    await other.route("**/metrics", (route) => route.fulfill({ status: 404 }));
    await see(other, "There are no metrics");
    assert.deepEqual(other.faults, []);
    await other.context().close();
  });
  await test("a server that is away, or late, is said to be", async () => {
    const other = await openPage(browser, url, WRITE_KEY);
    await other.at("replication");
    await see(other, /^PostgreSQL \d+/);
    await other.route("**/vecext/replication", (route) => route.abort());
    await button(other, "Refresh").click();
    await see(other, "The server cannot be reached.");
    await other.unroute("**/vecext/replication");
    await other.route("**/vecext/replication", (route) => route.fulfill({ status: 408, body: '{"status": {"error": "Timeout: canceling statement"}}' }));
    await button(other, "Try again").click();
    await see(other, "Timeout: canceling statement");
    await other.unroute("**/vecext/replication");
    await button(other, "Try again").click();
    await see(other, /^PostgreSQL \d+/);
    await other.at("collections/none");
    await see(other, "Collection `none` doesn't exist!");
    await other.at("nowhere");
    await see(other, "Nothing here");
    await other.at("collections/100%");
    await other.getByRole("heading", { name: "Collections / 100%" }).waitFor();
    await other.context().close();
  });
}

async function looks(test, browser, url) {
  const PLACES = ["collections", "collections/photos", "collections/photos/points", "collections/photos/search", "collections/photos/plot", "collections/photos/query", "console", "statements", "live", "replication", "tokens", "settings"];
  const settle = async (page) => {
    await page.locator("h1").first().waitFor();
    await page.waitForFunction(() => !document.querySelector("[aria-busy=true]") && !/^(Loading|Counting) …$/m.test(document.body.innerText));
  };
  await test("axe finds nothing, in light and in dark colors, in a narrow window", async () => {
    for (const colorScheme of ["light", "dark"]) {
      const page = await openPage(browser, url, WRITE_KEY, { colorScheme, viewport: { width: 360, height: 740 } });
      // Dark pages differ from light ones by their colors alone.
      const rules = colorScheme === "dark" ? ["color-contrast"] : undefined;
      for (const place of PLACES) {
        await page.at(place);
        await settle(page);
        if (place.endsWith("points")) await button(page, "1").waitFor();
        assert.deepEqual(await accessibilityFaults(page, rules), [], `${place}, ${colorScheme}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${place} is ${wide} pixels too wide`);
      }
      await page.at("collections/photos/points");
      await button(page, "1").click();
      await see(page, "Find similar");
      assert.deepEqual(await accessibilityFaults(page), [], `a point, ${colorScheme}`);
      assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), colorScheme);
      assert.deepEqual(page.faults, []);
      await page.context().close();
    }
  });
  await test("the colors can be chosen, and the keyboard is enough", async () => {
    const page = await openPage(browser, url, WRITE_KEY, { colorScheme: "light" });
    await page.at("collections");
    await see(page, "photos");
    await button(page, "Dark colors").click();
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(20, 24, 30)");
    await page.reload();
    await button(page, "Light colors").waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("o");
    await page.getByRole("heading", { name: "Console" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("c");
    await see(page, "photos");
    await page.keyboard.press("/");
    await page.keyboard.type("pho");
    await page.keyboard.press("Tab"); // how many on each page
    await page.keyboard.press("Tab"); // the table, which can be scrolled
    for (let i = 0; i < 6; ++i) await page.keyboard.press("Tab"); // its headings
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Collections / photos" }).waitFor();
    await page.waitForFunction(() => document.activeElement.tagName === "H1");
    await page.at("settings");
    await page.getByLabel("Keys / and g").selectOption("off");
    await page.getByRole("heading", { name: "Settings" }).click();
    await page.keyboard.press("g");
    await page.keyboard.press("o");
    assert.match(page.url(), /settings$/);
    await page.context().close();
  });
}

export async function pageTests(test, browser, url) {
  const page = await openPage(browser, url, WRITE_KEY);
  await keys(test, browser, url);
  await tokens(test, browser, page, url);
  await collections(test, page, url);
  await points(test, page, url);
  await searches(test, page);
  await others(test, browser, page, url);
  await test("no page has logged an error, and licenses go with the page", async () => {
    assert.deepEqual(page.faults, []);
    const text = await (await fetch(`${url}/dashboard/licenses.txt`)).text();
    assert.equal(text.match(/The MIT License/g).length, 3);
  });
  await looks(test, browser, url);
}
