/* Pictures to look at: node shots.js FOLDER [FILE…] writes FILE-light.png, -dark.png and -phone.png. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launch, open } from "./browser.js";

const [folder = "shots", ...given] = process.argv.slice(2);
const files = given.length ? given : ["gallery.html", "large.html", "report.html", "curves-temporal-order.html"];
const ways = {
  light: {},
  dark: { colorScheme: "dark" },
  phone: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true }
};
mkdirSync(folder, { recursive: true });
const browser = await launch();
for (const file of files) {
  for (const [way, options] of Object.entries(ways)) {
    const { page, problems, close } = await open(browser, file, options);
    const path = join(folder, `${file.replace(/\.html$/, "")}-${way}.png`);
    await page.screenshot({ path, fullPage: true });
    console.log(path, ...problems);
    await close();
  }
}
await browser.close();
