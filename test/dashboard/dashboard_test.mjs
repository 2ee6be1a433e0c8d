// Tests the dashboard of vecextd in Chromium, in front of the PostgreSQL that libpq's variables name:
//
//   node dashboard_test.mjs --gateway PROGRAM [--pictures DIR]
//
// The database has vecext and no collections. --pictures writes those of the documents. `npm ci` in
// this folder and in gateway/dashboard comes first. $CHROMIUM is the browser, /usr/bin/chromium by
// default.
import { fill, startBrowser, startGateway } from "./browser.mjs";
import { pageTests } from "./pages.mjs";
import { takePictures } from "./pictures.mjs";
import { routeTests } from "./routes.mjs";
import { unitTests } from "./units.mjs";

function option(name) {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}

let passed = 0;
let failed = 0;

async function test(name, run) {
  const start = performance.now();
  try {
    await run();
    ++passed;
    console.log(`ok    ${name}  ${((performance.now() - start) / 1000).toFixed(1)} s`);
  } catch (error) {
    ++failed;
    console.log(`FAIL  ${name}\n${error.stack}`);
  }
}

const program = option("--gateway");
if (!program) throw new Error("usage: node dashboard_test.mjs --gateway PROGRAM [--pictures DIR]");
const gateway = await startGateway(program);
let browser;
try {
  await fill(gateway.url);
  browser = await startBrowser();
  const pictures = option("--pictures");
  if (pictures) {
    await takePictures(browser, gateway.url, pictures);
  } else {
    await unitTests(test);
    await routeTests(test, gateway.url);
    await pageTests(test, browser, gateway.url);
  }
} finally {
  await browser?.close();
  gateway.stop();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
