/* A page of target/page in a headless Chromium that hears all that goes wrong. */
import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { join } from "node:path";
import { chromium } from "playwright-core";

const candidates = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome"];
export const pages = process.env.PAGES
  ?? fileURLToPath(new URL("../../../target/page", import.meta.url));

export function launch() {
  const executablePath = candidates.find(file => file && existsSync(file));
  if (!executablePath) {
    throw new Error("no Chromium was found; install it (apt-get install chromium), or set CHROMIUM");
  }
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/* Opens a file; problems are what its console says, what it throws and what it asks a network for. */
export async function open(browser, file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1120, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const problems = [];
  page.on("console", message => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", error => problems.push(String(error)));
  await page.route(url => url.protocol !== "file:", route => route.abort());
  page.on("request", request => {
    if (!/^(file|data|blob):/.test(request.url())) problems.push("asked for " + request.url());
  });
  const path = join(pages, file);
  if (!existsSync(path)) throw new Error(`${path} is not there; README.md says how to make it`);
  await page.goto(pathToFileURL(path).href);
  await page.waitForTimeout(200);
  return { page, problems, close: () => context.close() };
}
