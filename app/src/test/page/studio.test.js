/* The studio in a browser, on the runs that TrainedStudio leaves: every view is opened and used. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { launch, pages } from "./browser.js";

let browser, studio, address;

before(async () => {
  const home = join(pages, "studio");
  const { java, classPath } = JSON.parse(readFileSync(join(home, "start.json")));
  studio = spawn(java, ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classPath,
    "dev.unroll.app.Main", "studio", "runs", "--no-browser", "--port", "0"], { cwd: home });
  address = await new Promise((found, lost) => {
    let said = "";
    const hear = data => {
      said += data;
      const match = /http:\/\/127\.0\.0\.1:\d+\//.exec(said);
      if (match) found(match[0]);
    };
    studio.stdout.on("data", hear);
    studio.stderr.on("data", hear);
    studio.on("exit", () => lost(new Error("the studio ended: " + said)));
  });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  studio?.kill();
});

const ways = {
  light: {}, dark: { colorScheme: "dark" },
  phone: { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }
};

/* Opens a view, uses it, and asserts that nothing went wrong on the way. */
async function look(view, options, use) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const problems = [];
  page.on("console", message => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", error => problems.push(String(error)));
  page.on("request", request => {
    const url = request.url();
    if (!url.startsWith(address) && !/^(data|blob):/.test(url)) problems.push("asked for " + url);
  });
  try {
    await page.goto(address + "#" + view);
    await use(page);
    assert.deepEqual(problems, [], "console, exceptions and network");
  } finally {
    await context.close();
  }
}

const panel = (page, title) => page.locator(`section.panel[aria-label="${title}"]`);

async function canvasesAreDrawn(page) {
  for (const canvas of await page.locator("canvas").all()) {
    const colors = await canvas.evaluate(element => {
      const { width, height } = element;
      if (width === 0) return 99;
      const data = element.getContext("2d").getImageData(0, 0, width, height).data;
      const seen = new Set();
      for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3] > 0) seen.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
      }
      return seen.size;
    });
    assert.ok(colors > 1, "a canvas is empty");
  }
}

/* Text that stands on too little contrast (WCAG 2.1, 1.4.3: 4.5, large text 3), and controls
   without a name. */
async function readable(page) {
  const faults = await page.evaluate(() => {
    const parse = text => (text.match(/[\d.]+/g) ?? []).map(Number);
    const light = ([r, g, b]) => {
      const [x, y, z] = [r, g, b].map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const behind = element => {
      for (let at = element; at; at = at.parentElement) {
        const color = parse(getComputedStyle(at).backgroundColor);
        if (color.length === 3 || color[3] === 1) return color;
      }
      return [255, 255, 255];
    };
    const found = [];
    for (const element of document.querySelectorAll("body *")) {
      const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
      const style = getComputedStyle(element);
      if (!own || element.closest("svg, .unseen, .skip, [disabled], option") || style.visibility === "hidden"
        || element.getClientRects().length === 0) continue;
      const [a, b] = [light(parse(style.color)), light(behind(element))];
      const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      const large = parseFloat(style.fontSize) >= 24
        || parseFloat(style.fontSize) >= 18.6 && Number(style.fontWeight) >= 700;
      if (contrast < (large ? 3 : 4.5) && !element.closest(".tokens")) {
        found.push(`${element.tagName} "${element.textContent.slice(0, 30)}": ${contrast.toFixed(2)}`);
      }
    }
    for (const control of document.querySelectorAll("button, input, select, textarea, a, [role=img]")) {
      const name = control.getAttribute("aria-label") || control.textContent.trim()
        || [...control.labels ?? []].map(label => label.textContent.trim()).join("");
      if (!name) found.push("no name: " + control.outerHTML.slice(0, 80));
    }
    const ids = [...document.querySelectorAll("[id]")].map(element => element.id);
    for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push("twice: #" + id);
    if (document.querySelectorAll("h1").length !== 1) found.push("there is not one h1");
    return [...new Set(found)];
  });
  assert.deepEqual(faults, []);
}

async function fits(page) {
  const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= window, `${wide} pixels on ${window}`);
}

/* Each view, and what shows that it is there. */
const views = {
  "/runs": page => page.locator("table.runs tbody tr").first().waitFor(),
  "/run/one": page => panel(page, "Gates").waitFor(),
  "/compare/one/two": page => panel(page, "How their settings differ").waitFor(),
  "/play/one": page => page.locator(".tokens > span:nth-child(60)").waitFor(),
  "/play/moods": page => page.getByRole("textbox").waitFor(),
  "/play/wave": page => page.locator(".kind-lines canvas").waitFor(),
  "/play/odd": page => panel(page, "Distance").waitFor(),
  "/play/beats": page => panel(page, "What counted for the answer").waitFor(),
  "/play/names": page => panel(page, "What counted for the answer").waitFor(),
  "/play/follow": page => page.locator(".tag").nth(2).waitFor(),
  "/play/double": page => panel(page, "What it answers").waitFor(),
  "/run/empty": page => page.getByRole("alert").waitFor(),
  "/play": page => page.locator(".choices .bad").waitFor(),
  "/xray/one": page => panel(page, "How far back the gradient reaches").waitFor(),
  "/learn/en": page => page.locator("#masks .kind-lines .series").first().waitFor(),
  "/learn/zh": page => page.locator("#masks .kind-lines .series").first().waitFor()
};

for (const [way, options] of Object.entries(ways)) {
  describe("every view, " + way, () => {
    for (const [view, there] of Object.entries(views)) {
      test(view, () => look(view, options, async page => {
        await there(page);
        await page.waitForTimeout(150);
        await readable(page);
        await fits(page);
        await canvasesAreDrawn(page);
      }));
    }
  });
}

describe("the runs", () => {
  test("are filtered, sorted and chosen", () => look("/runs", {}, async page => {
    const rows = page.locator("table.runs tbody tr");
    await rows.first().waitFor();
    const all = await rows.count();
    await page.getByRole("searchbox").fill("classify moods");
    await page.waitForFunction(() => document.querySelectorAll("table.runs tbody tr").length === 1);
    assert.match(await rows.first().textContent(), /moods/);
    await page.getByRole("searchbox").fill("");
    assert.equal(await rows.count(), all);
    await page.getByRole("button", { name: "Run", exact: true }).click();
    const names = await rows.locator("td:nth-child(2)").allTextContents();
    assert.deepEqual(names, [...names].sort((a, b) => a.localeCompare(b, "en", { numeric: true })));
    assert.equal(await page.locator("th[aria-sort=ascending]").count(), 1);
    await page.getByLabel("compare one").check();
    assert.ok(await page.getByRole("button", { name: /Compare/ }).isDisabled());
    await page.getByLabel("compare two").check();
    await page.getByRole("button", { name: "Compare 2" }).click();
    await panel(page, "Training loss").waitFor();
    assert.match(await panel(page, "How their settings differ").textContent(), /learningRate0?\.?\d*/);
    await page.getByLabel("all settings").check();
    assert.match(await panel(page, "All settings").textContent(), /cell.*lstm/s);
    const canvas = panel(page, "Training loss").locator("canvas");
    const drawn = () => canvas.evaluate(element => element.toDataURL());
    for (const change of [() => page.getByLabel("Smoothing").fill("0"), () => page.getByLabel("log y").check(),
      () => page.getByLabel("log x").check(), () => page.getByLabel("Over", { exact: true }).selectOption("time")]) {
      const before = await drawn();
      await change();
      await page.waitForTimeout(80);
      assert.notEqual(await drawn(), before);
    }
  }));

  /* "seed 2" found all runs with a 2 anywhere in their settings. */
  test("are found by the value of a setting", () => look("/runs", {}, async page => {
    await page.locator("table.runs tbody tr").first().waitFor();
    const names = () => page.locator("table.runs tbody td:nth-child(2)").allTextContents();
    await page.waitForFunction(() => !document.querySelector(".state.reading"));
    const all = (await names()).length;
    for (const text of ["learningRate=0.02", "rate 0.02", "lstm rate 0.02", "text epochs 1"]) {
      await page.getByRole("searchbox").fill(text);
      assert.deepEqual(await names(), ["two"], text);
    }
    await page.getByRole("searchbox").fill("hidden=8");
    assert.ok((await names()).includes("moods") && (await names()).length < all);
    await page.getByRole("searchbox").fill("seed 12345");
    assert.deepEqual(await names(), []);
  }));

  test("a row that stays as it is keeps what is focused", () => look("/runs", {}, async page => {
    const link = page.locator("table.runs tbody a").last();
    await page.waitForFunction(() => document.querySelector("table.runs tbody") && !document.querySelector(".state.reading"));
    await link.focus();
    await link.evaluate(element => { element.mine = true; });
    await page.getByRole("button", { name: "Steps", exact: true }).evaluate(element => element.click());
    await page.waitForTimeout(2500);
    assert.ok(await page.evaluate(() => document.activeElement.mine));
  }));

  test("settings are shown whole", () => look("/runs", {}, async page => {
    await page.locator("table.runs tbody td.settings").first().waitFor();
    const cut = await page.locator("table.runs td.settings").evaluateAll(cells =>
      cells.filter(cell => cell.scrollWidth > cell.clientWidth + 1).length);
    assert.equal(cut, 0);
  }));

  test("the labels of an axis are within the drawing", () => look("/run/one", {}, async page => {
    await panel(page, "Loss").locator("canvas").waitFor();
    const most = await page.evaluate(() => rightPadding({ axes: [{ _values: ["0", "50 k", "1,000,000 k"] }] }));
    assert.ok(most > 35 && most < 60, String(most));
  }));

  test("a run without steps leaves the curves of the others", () => look("/compare/one/empty", {}, async page => {
    const training = panel(page, "Training loss");
    await training.locator(".legend .series").first().waitFor();
    assert.deepEqual(await training.locator(".legend .series").evaluateAll(all => all.length), 1);
    await canvasesAreDrawn(page);
    assert.match(await page.locator(".view-head").textContent(), /no steps yet: empty/);
  }));

  test("a broken log says why", () => look("/run/empty", {}, async page => {
    await page.getByRole("alert").waitFor();
    assert.match(await page.getByRole("alert").textContent(), /its log is empty/);
    assert.match(await page.locator("h1").textContent(), /broken/);
  }));

  test("a run that was stopped says so and offers to go on", () => look("/run/live", {}, async page => {
    await page.getByRole("button", { name: "Resume" }).waitFor();
    assert.match(await page.locator("h1").textContent(), /interrupted/);
    assert.match(await panel(page, "Settings").textContent(), /from step \d+learning rate 0\.0123/);
  }));

  test("a run that goes on is followed, gets another rate and stops", () => look("/run/live", {}, async page => {
    await page.getByRole("button", { name: "Resume" }).click();
    const rate = page.getByLabel("learning rate", { exact: true });
    await rate.waitFor();
    const figure = page.locator(".figure", { hasText: "steps" }).locator("b");
    const before = await figure.textContent();
    await page.waitForFunction(text => [...document.querySelectorAll(".figure")].some(one =>
      one.textContent.endsWith("steps") && one.querySelector("b").textContent !== text), before);
    await rate.fill("nonsense");
    await page.getByRole("button", { name: "Change" }).click();
    assert.match(await page.getByRole("alert").textContent(), /above 0/);
    await rate.fill("0.0042");
    await page.getByRole("button", { name: "Change" }).click();
    await page.getByText("The learning rate is 0.0042").waitFor();
    const shown = () => rate.inputValue().then(Number);
    await page.waitForFunction(() => document.querySelectorAll(".panel[aria-label=Settings] tr").length > 0
      && /learning rate 0\.0042/.test(document.querySelector(".panel[aria-label=Settings]").textContent));
    const followed = await shown();
    assert.ok(followed > 0.0038 && followed <= 0.0042, `the field follows: ${followed}`);
    await rate.fill("0.00");
    await page.waitForTimeout(3500);
    assert.equal(await rate.inputValue(), "0.00", "what is being written stays");
    await rate.press("Escape");
    assert.ok(await shown() > 0);
    await page.getByRole("button", { name: "Stop and save" }).click();
    await page.getByRole("button", { name: "Resume" }).waitFor();
  }));

  test("a run that is not there is told in a sentence", async () => {
    await assert.rejects(look("/run/nothing", {}, async page => {
      assert.match(await page.getByRole("alert").textContent(), /there is no run nothing/);
    }), /404/); // the console tells of it too
  });
});

describe("play", () => {
  test("a model writes, its units are painted, and it says what it expects", () => look("/play/one", {}, async page => {
    await page.getByLabel("the text to begin with").fill("to be");
    await page.getByRole("button", { name: /Write|Stop/ }).click();
    await page.getByRole("button", { name: "Write", exact: true }).waitFor();
    await page.getByRole("button", { name: "Write", exact: true }).click();
    await page.locator(".tokens > span:nth-child(40)").waitFor();
    await page.getByRole("button", { name: "Write", exact: true }).waitFor();
    const text = (await page.locator(".tokens").innerText()).replace(/↵/g, "");
    assert.ok(text.startsWith("to be"), text.slice(0, 20));
    assert.equal(await page.locator(".tokens .given").count(), 5);
    const color = () => page.locator(".tokens > span").nth(8).evaluate(span => span.style.background);
    const before = await color();
    await page.getByLabel("What it writes: unit").fill("3");
    assert.notEqual(await color(), before);
    assert.equal(await page.locator(".next .bar-row").count(), 8);
    await page.getByLabel("Temperature").fill("0");
    await page.getByRole("button", { name: "Write", exact: true }).click();
    await page.waitForFunction(() => document.querySelector(".bar-row .value")?.textContent === "100\u00a0%");
    await page.getByRole("button", { name: "spaces" }).click();
    assert.match(await page.locator(".found").textContent(), /correlation/);
  }));

  /* Models that could not be read were links to a page with an error. */
  test("models that cannot be read say why", () => look("/play", {}, async page => {
    const item = page.locator(".choices li", { hasText: "empty" });
    await item.locator(".bad").waitFor();
    assert.equal(await item.locator("a").count(), 0);
    assert.equal(await page.locator(".choices a", { hasText: "one" }).count(), 1);
  }));

  test("a class comes with what counted", () => look("/play/moods", {}, async page => {
    await page.getByLabel("the text", { exact: true }).fill("good day");
    await panel(page, "What counted for the answer").waitFor();
    assert.match(await page.locator(".answer").textContent(), /up|down/);
    assert.equal(await page.locator(".bar-row").count(), 2);
  }));

  test("a text is written for a text", () => look("/play/sevens", {}, async page => {
    await page.getByLabel("the text", { exact: true }).fill("12");
    await page.locator(".bar-row").first().waitFor();
  }));

  test("words are tagged", () => look("/play/tags", {}, async page => {
    await page.getByLabel("the text", { exact: true }).fill("it3 was");
    await page.locator(".tag").nth(1).waitFor();
  }));

  /* It ended without a word. */
  test("a writing that fails in the middle says so", () => look("/play/torn", {}, async page => {
    await page.getByRole("button", { name: "Write", exact: true }).waitFor();
    await page.getByLabel("the text to begin with").fill("to be");
    await page.getByRole("button", { name: "Write", exact: true }).click();
    await page.getByRole("alert").waitFor();
    assert.match(await page.getByRole("alert").textContent(), /not finite/);
    await page.waitForFunction(() => document.querySelectorAll(".tokens > span").length === 3);
  }));

  test("an example is chosen, changed and answered", () => look("/play/names", {}, async page => {
    await page.getByText("of 24").waitFor();
    assert.equal(await page.getByLabel("the input").inputValue(), "Mac0");
    assert.match(await page.locator("main").textContent(), /In the data: Scottish/);
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText("In the data: Dutch").waitFor();
    await page.getByLabel("the input").fill("Mac12");
    // One output and five inputs.
    await page.waitForFunction(() => document.querySelectorAll(".panel[aria-label^='What counted'] .tokens > span").length === 6);
    assert.equal(await page.getByText("In the data").count(), 0);
    assert.match(await page.locator(".answer").textContent(), /Scottish|Dutch/);
  }));

  test("pasted rows are drawn and answered", () => look("/play/sums", {}, async page => {
    await panel(page, "What it reads").waitFor();
    await page.getByLabel("the input").fill("1 2\n3 4\n5 6");
    await page.waitForFunction(() => !document.querySelector(".message").textContent);
    await panel(page, "What counted for the answer").waitFor();
    assert.match(await page.locator(".answer").textContent(), /^-?[\d.E-]+, -?[\d.E-]+$/);
  }));

  test("a detector shows where alarms are", () => look("/play/odd", {}, async page => {
    await panel(page, "Alarms").waitFor();
    assert.match(await page.locator(".figure", { hasText: "alarms" }).textContent(), /^\d+/);
    await panel(page, "The largest distances").waitFor();
  }));

  test("a forecast moves along the data", () => look("/play/wave", {}, async page => {
    await page.getByText(/from step \d+ of 120/).waitFor();
    await page.getByLabel("Forecast from").fill("0");
    await panel(page, "A horizon").waitFor();
  }));
});

describe("learn", () => {
  test("data flows step by step, and the error goes back", () => look("/learn/en", {}, async page => {
    const lesson = page.locator("#structures");
    for (let kind = 0; kind < 4; kind++) {
      await lesson.getByLabel("Structure").first().selectOption(String(kind));
      await lesson.getByRole("button", { name: "Step forward" }).click();
      assert.ok(await lesson.locator(".on").count() > 0);
      await lesson.getByRole("button", { name: "Send the error back" }).click();
      assert.ok(await lesson.locator(".back").count() > 0);
    }
    await lesson.getByRole("button", { name: "Start over" }).click();
    assert.equal(await lesson.locator(".on, .back").count(), 0);
  }));

  test("the profile follows the sliders", () => look("/learn/en", {}, async page => {
    const lesson = page.locator("#profiles"), said = lesson.getByRole("status").last();
    await lesson.locator(".series").first().waitFor();
    await page.waitForTimeout(200);
    for (const [slider, value] of [["Spectral radius of U", "0.5"], ["Bias of the keeping gate (bf, bz)", "4"]]) {
      const before = await lesson.locator("p.message").textContent();
      await lesson.getByLabel(slider).fill(value);
      await page.waitForFunction(text => document.querySelector("#profiles p.message").textContent !== text, before);
    }
    assert.match(await lesson.locator("p.message").textContent(), /radius 0\.5.*starts at 0\.982/);
    assert.ok(await said.count() > 0);
  }));

  test("the cliff is walked from where somebody points", () => look("/learn/en", {}, async page => {
    const lesson = page.locator("#cliff"), line = lesson.locator("p.message");
    await page.waitForFunction(() => /3,440/.test(document.querySelector("#cliff p.message")?.textContent));
    const before = await line.textContent();
    await lesson.locator("canvas.cliff").click({ position: { x: 500, y: 200 } });
    await page.waitForFunction(text => document.querySelector("#cliff p.message").textContent !== text, before);
    await lesson.locator("canvas.cliff").press("ArrowLeft");
    await lesson.getByLabel("Largest norm").fill("-1");
  }));

  test("masks are drawn again, and both languages are there", () => look("/learn/en", {}, async page => {
    const lesson = page.locator("#masks");
    await page.waitForFunction(() => /Visible at all/.test(document.querySelector("#masks p.message")?.textContent));
    await lesson.getByLabel("Dropout probability").fill("0");
    await page.waitForFunction(() => /16 of 16 units on the left/.test(document.querySelector("#masks p.message").textContent));
    await page.getByRole("button", { name: "中文" }).click();
    await page.getByRole("heading", { name: "梯度为什么会消失" }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), "zh");
    const around = async () => await page.locator("header").innerText() + await page.locator("footer").innerText();
    assert.match(await around(), /训练.*学习/s);
    assert.doesNotMatch(await around(), /Runs|Play|Learn|licence|Drawings/);
    await page.locator("header a").first().click();
    await page.locator("table.runs").waitFor();
    assert.match(await around(), /Runs.*Drawings.*MIT licence/s);
  }));
});

test("the keyboard reaches everything that can be used", () => look("/run/one", {}, async page => {
  await panel(page, "Loss").waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  const reached = new Set();
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => document.activeElement.getAttribute("aria-label")
      ?? document.activeElement.textContent));
  }
  for (const name of ["Runs", "Play", "Learn", "Smoothing", "X-ray"]) assert.ok(reached.has(name), name);
}));
