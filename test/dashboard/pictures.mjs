// The pictures of docs/dashboard.md.
import { openPage, WRITE_KEY } from "./browser.mjs";

export async function takePictures(browser, url, folder) {
  const page = await openPage(browser, url, WRITE_KEY, { viewport: { width: 1000, height: 640 }, colorScheme: "light" });
  const take = (name) => page.screenshot({ path: `${folder}/dashboard-${name}.png` });
  await page.at("collections/photos");
  await page.getByText("State of indexes").first().waitFor();
  await take("overview");
  await page.at("collections/photos/plot");
  await page.getByRole("button", { name: "Draw", exact: true }).click();
  await page.getByText("The plane shows").waitFor();
  await page.getByLabel("Color by").selectOption("color");
  await take("plot");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.at("collections/photos/query");
  await page.getByLabel("Points", { exact: true }).selectOption("vector");
  await page.getByLabel("Vector", { exact: true }).fill("[1, 0, 0, 0, 0, 0, 0, 0]");
  await page.getByLabel("Filter").fill("color=red");
  await page.getByRole("button", { name: "Show SQL and plan" }).click();
  await page.getByText("Statement 1").waitFor();
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await take("query");
}
