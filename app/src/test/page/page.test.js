/* The pages in a browser. They are made by the tests of the module: README.md. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import { launch, open, pages } from "./browser.js";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/* Opens, looks, and asserts that nothing went wrong on the way. */
async function look(file, options, at) {
  const { page, problems, close } = await open(browser, file, options);
  try {
    await at(page);
    assert.deepEqual(problems, [], "console, exceptions and network");
  } finally {
    await close();
  }
}

/* How many colours stand in a canvas: one is empty. */
function inks(canvas) {
  return canvas.evaluate(element => {
    const { width, height } = element;
    const data = element.getContext("2d").getImageData(0, 0, width, height).data;
    const colors = new Set();
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] > 0) colors.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
    }
    return colors.size;
  });
}

const panel = (page, title) => page.locator(`section.panel[aria-label="${title}"]`);
const readout = (page, title) => panel(page, title).locator(".readout");

async function drawn(page) {
  const canvases = await page.locator("canvas").all();
  for (const canvas of canvases) {
    const where = await canvas.evaluate(element =>
      element.closest("section.panel").getAttribute("aria-label"));
    assert.ok(await inks(canvas) > 3, `the canvas of '${where}' is empty`);
  }
  return canvases.length;
}

describe("drawing", () => {
  for (const colorScheme of ["light", "dark"]) {
    test(`every kind of panel, ${colorScheme}`, () =>
      look("gallery.html", { colorScheme }, async page => {
        const kinds = await page.locator("section.panel").evaluateAll(all =>
          all.map(one => one.className.replace("panel kind-", "")));
        assert.deepEqual([...new Set(kinds)].sort(), ["heatmap", "influence", "lines",
          "painted", "parallel", "scatter", "table", "text"]);
        assert.equal(await drawn(page), 3 + 1 + 1 + 1 + 3 + 1);
        assert.equal(await page.locator("pre").first().textContent(), "To be </script><!-- or");
        assert.match(await panel(page, "Rows").textContent(), /gru9250\.49/);
        const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        assert.equal(paper, colorScheme === "dark" ? "rgb(18, 22, 28)" : "rgb(255, 255, 255)");
      }));
  }

  test("a change of the theme draws anew", () =>
    look("gallery.html", { colorScheme: "light" }, async page => {
      const heat = panel(page, "Gates over time").locator("canvas");
      const light = await heat.evaluate(element => element.toDataURL());
      await page.emulateMedia({ colorScheme: "dark" });
      await page.waitForFunction(([before]) =>
        document.querySelector(".kind-heatmap canvas").toDataURL() !== before, [light]);
      await drawn(page);
    }));

  for (const file of ["gallery.html", "large.html", "report.html", "curves-adding.html",
    "curves-temporal-order.html", "xray-cells.html"]) {
    test(`a phone shows ${file} without scrolling to the side`, () =>
      look(file, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
        async page => {
          const width = await page.evaluate(() => document.documentElement.scrollWidth);
          assert.equal(width, 360);
          assert.ok(await drawn(page) > 0);
        }));
  }

  test("1,000 steps of 256 units are at most 5 MB", () => {
    assert.ok(statSync(join(pages, "large.html")).size <= 5_000_000);
  });

  test("the report has its curves, samples and tables", () =>
    look("report.html", {}, async page => {
      assert.equal(await drawn(page), 6);
      const wrote = panel(page, "What it writes");
      const last = await wrote.locator("pre").textContent();
      assert.match(last, /“Ay, my lord” <b> 🎭/);
      await wrote.locator("select").selectOption({ label: "after epoch 399" });
      assert.equal(await panel(page, "Epochs").locator("tbody tr").count(), 400);
    }));
});

describe("pointing", () => {
  test("a curve: every value at the step is in the legend", () =>
    look("gallery.html", {}, async page => {
      const lags = panel(page, "How far the gradient reaches");
      const over = await lags.locator(".u-over").boundingBox();
      await page.mouse.move(over.x + over.width * 50 / 99, over.y + 40);
      assert.equal(await lags.locator(".at").textContent(), "lag 50");
      // 0.8^50 and 0.97^50
      assert.match(await lags.locator(".series").nth(0).textContent(), /1\.43·10⁻⁵/);
      assert.match(await lags.locator(".series").nth(1).textContent(), /0\.2181/);
    }));

  test("one of many curves stands out, and a name hides its curves", () =>
    look("gallery.html", {}, async page => {
      const many = panel(page, "Many runs");
      await many.scrollIntoViewIfNeeded();
      const canvas = many.locator("canvas"), pale = await canvas.evaluate(c => c.toDataURL());
      const entry = many.getByRole("button", { name: "row 3" });
      await entry.hover();
      await page.waitForFunction(before => [...document.querySelectorAll("canvas")][1]
        .toDataURL() !== before, pale);
      await entry.click();
      assert.equal(await many.locator("[aria-pressed=false]").count(), 1);
      await many.getByRole("button", { name: "show all" }).click();
      assert.equal(await many.locator("[aria-pressed=false]").count(), 0);
    }));

  test("a group with full and dashed curves has an entry of the legend for each", () =>
    look("gallery.html", {}, async page => {
      const entries = await page.evaluate(() => {
        const series = (name, group, marks) => ({ name, group, x: 0, values: [1], marks });
        return linesOf({ x: {}, y: {}, places: [[0]] }, [series("lstm · c", "lstm", ["dashed"]),
          series("lstm · h", "lstm", []), series("seed 1", "gru", []), series("seed 2", "gru", [])])
          .map(line => line.entry);
      });
      assert.deepEqual(entries, ["lstm · c", "lstm · h", "gru", "gru"]);
    }));

  test("one value far out does not turn all others pale", () =>
    look("gallery.html", {}, async page => {
      const reach = await page.evaluate(() => decoded({ rows: 1, columns: 100, low: -20, high: 20,
        log: false, data: btoa(String.fromCharCode(254).padEnd(100, String.fromCharCode(140))) })
        .reach);
      assert.equal(reach.toFixed(3), (20 * 13 / 127).toFixed(3));
    }));

  test("a heat map: unit, step, token and value", () =>
    look("gallery.html", {}, async page => {
      const heat = panel(page, "Gates over time").locator("canvas");
      await heat.scrollIntoViewIfNeeded();
      const box = await heat.boundingBox();
      await page.mouse.move(box.x + 44 + (box.width - 46) * 5.5 / 120, box.y + 8 + 320 * 7.5 / 40);
      // (1 + sin(6 · 8 / 40)) / 2 = 0.9660, the 245th of 254 steps
      assert.match(await readout(page, "Gates over time").textContent(),
        /^unit 7 · step 5 ‘m’ · 0\.96$/);
    }));

  test("a painted text: the value of the token", () =>
    look("gallery.html", {}, async page => {
      const painted = panel(page, "One unit over the text");
      await painted.locator(".tokens > span").nth(5).hover();
      assert.match(await readout(page, "One unit over the text").textContent(),
        /^step 5 ‘m’ · unit 0 · 0\.2$/);
      const colors = await painted.locator(".tokens > span").evaluateAll(all =>
        new Set(all.map(span => span.style.background)).size);
      assert.ok(colors > 20, `${colors} colours behind the text`);
    }));

  test("a scatter: the unit of the nearest dot", () =>
    look("gallery.html", {}, async page => {
      const square = panel(page, "Saturation").locator("canvas").first();
      await square.scrollIntoViewIfNeeded();
      const box = await square.boundingBox();
      const [x, y] = await page.evaluate(() => page.sections[2].panels[0].choices[0].value[17]);
      const side = Math.min(box.width, 340) - 38;
      await page.mouse.move(box.x + 30 + x * side, box.y + 8 + (1 - y) * side);
      assert.match(await readout(page, "Saturation").textContent(), /^i · unit 17 · share of time/);
    }));

  test("parallel coordinates: the line that is pointed at, and by the keyboard", () =>
    look("gallery.html", {}, async page => {
      const canvas = panel(page, "Search").locator("canvas");
      await canvas.scrollIntoViewIfNeeded();
      const box = await canvas.boundingBox();
      const [x, y] = await page.evaluate(() => {
        const { paths, scales } = page.sections[2].panels[3], last = scales.length - 1;
        const all = paths.map(path => path.values[last]);
        return [1, (Math.max(...all) - all[5]) / (Math.max(...all) - Math.min(...all))];
      });
      await page.mouse.move(box.x + 44 + x * (box.width - 88), box.y + 34 + y * 300);
      assert.match(await readout(page, "Search").textContent(),
        /^trial \d+.* · rate .* · hidden \d+ · dropout .* · accuracy 0\.\d+$/);
      await canvas.focus();
      await page.keyboard.press("Home");
      const best = await readout(page, "Search").textContent();
      assert.match(best, /^trial 26 · /);
      await page.keyboard.press("ArrowRight");
      assert.match(await readout(page, "Search").textContent(), /^trial 25 · /);
      await page.keyboard.press("Escape");
      assert.match(await readout(page, "Search").textContent(), /^Point at a line/);
    }));

  test("influence: the token that is pointed at changes what is coloured", () =>
    look("gallery.html", {}, async page => {
      const text = panel(page, "What counted").locator(".tokens > span");
      await text.nth(20).hover();
      assert.match(await readout(page, "What counted").textContent(),
        /^output at step 20 .* ← most from step 20 .* 1, step 19 .* 0\.8, /);
      assert.equal(await text.nth(40).evaluate(span => span.style.background), "");
      await text.nth(50).hover();
      assert.notEqual(await text.nth(40).evaluate(span => span.style.background), "");
    }));
});

describe("searching for units", () => {
  const search = page => panel(page, "One unit over the text").locator("input[type=search]");
  const found = page => panel(page, "One unit over the text").locator(".found");

  test("inside quotes: the unit that follows it comes first and is shown on a click", () =>
    look("gallery.html", {}, async page => {
      await search(page).fill("inside quotes");
      const first = found(page).locator("button").first();
      assert.equal(await first.textContent(), "layer 1 · c · unit 3: 1.00");
      await first.click();
      assert.equal(await page.locator("input[type=number]").inputValue(), "3");
      assert.equal(await first.getAttribute("aria-pressed"), "true");
      await panel(page, "One unit over the text").locator(".tokens > span").nth(3).hover();
      assert.match(await readout(page, "One unit over the text").textContent(), /unit 3 · 0\.9$/);
    }));

  test("text and regular expressions mark what they match", () =>
    look("gallery.html", {}, async page => {
      const marked = () => page.locator(".tokens .match").evaluateAll(all =>
        all.map(span => span.textContent).join(""));
      await search(page).fill("ships");
      assert.equal(await marked(), "ships");
      await search(page).fill("/[0-9]+/");
      assert.equal(await marked(), "420");
      await search(page).fill("/(/");
      assert.match(await found(page).textContent(), /not a regular expression/);
      await search(page).fill("zebra");
      assert.match(await found(page).textContent(), /Nothing in the text matches/);
    }));

  test("of 256 units over 1,000 steps it answers at once", () =>
    look("large.html", {}, async page => {
      await search(page).fill("inside quotes");
      assert.match(await found(page).locator("button").first().textContent(), /unit 3: 1\.00/);
    }));

  test("playing goes through the text", () =>
    look("gallery.html", {}, async page => {
      await page.getByRole("button", { name: "play" }).click();
      await page.waitForFunction(() =>
        /^step [3-9] /.test(document.querySelector(".kind-painted .readout").textContent));
      await page.getByRole("button", { name: "pause" }).click();
    }));
});

describe("keyboard", () => {
  test("arrow keys read every drawing", () =>
    look("gallery.html", {}, async page => {
      const lags = panel(page, "How far the gradient reaches");
      await lags.locator("[role=img]").focus();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      assert.equal(await lags.locator(".at").textContent(), "lag 1");
      await page.keyboard.press("Escape");
      assert.equal(await lags.locator(".at").textContent(), "at the end");

      await panel(page, "Gates over time").locator("canvas").focus();
      for (const key of ["ArrowRight", "ArrowRight", "ArrowDown"]) await page.keyboard.press(key);
      assert.match(await readout(page, "Gates over time").textContent(), /^unit 1 · step 1 ‘A’/);

      await panel(page, "One unit over the text").locator(".tokens").focus();
      for (const key of ["ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
      assert.match(await readout(page, "One unit over the text").textContent(), /^step 1 ‘A’/);

      await panel(page, "Saturation").locator("canvas").first().focus();
      await page.keyboard.press("ArrowRight");
      assert.match(await readout(page, "Saturation").textContent(), /^i · unit 0/);

      await panel(page, "What counted").locator(".tokens").focus();
      await page.keyboard.press("Home");
      assert.match(await readout(page, "What counted").textContent(), /^output at step 0 /);
    }));

  test("a heat map and curves zoom", () =>
    look("gallery.html", {}, async page => {
      const heat = panel(page, "Gates over time");
      await heat.locator("canvas").focus();
      assert.ok(await heat.locator("input[type=range]").isHidden());
      await page.keyboard.press("+");
      assert.ok(await heat.locator("input[type=range]").isVisible());
      const lags = panel(page, "How far the gradient reaches");
      await lags.locator("[role=img]").focus();
      await page.keyboard.press("+");
      await lags.getByRole("button", { name: "whole range" }).click();
      assert.ok(await lags.getByRole("button", { name: "whole range" }).isHidden());
    }));

  test("Tab reaches every control, and the focus can be seen", () =>
    look("gallery.html", {}, async page => {
      const wanted = await page.locator("a, select, button, input, summary, [tabindex='0']")
        .evaluateAll(all => all.filter(one => one.checkVisibility()).length);
      const reached = new Set();
      for (let i = 0; i < wanted + 5; i++) {
        await page.keyboard.press("Tab");
        reached.add(await page.evaluate(() => {
          const at = document.activeElement;
          if (at === document.body) return "nothing";
          return [...document.querySelectorAll("*")].indexOf(at)
            + (getComputedStyle(at).outlineStyle === "none" ? " cannot be seen" : "");
        }));
      }
      reached.delete("nothing");
      assert.deepEqual([...reached].filter(one => String(one).includes("cannot")), []);
      assert.ok(reached.size >= wanted, `${reached.size} of ${wanted} were reached`);
    }));
});

describe("axes", () => {
  test("a logarithmic one has at least three labels", () =>
    look("gallery.html", {}, async page => {
      const few = await page.evaluate(() => {
        const few = [];
        for (let from = -12.3; from < 8; from += 0.37) {
          for (let decades = 0.08; decades < 40; decades *= 1.3) {
            for (const most of [2, 6]) {
              const [min, max] = [10 ** from, 10 ** (from + decades)];
              const splits = logSplits(min, max, most);
              const labels = splits.map(v => tick({ log: true }, v, splits[0], splits.at(-1)));
              const inside = splits.every(v => v >= 0.998 * min && v <= 1.002 * max);
              if (new Set(labels).size < 3 || !inside) few.push([min, max, most, labels]);
            }
          }
        }
        return few;
      });
      assert.deepEqual(few, []);
    }));

  test("steps and lags are whole numbers", () =>
    look("gallery.html", {}, async page => {
      assert.ok(await page.evaluate(() => wholeSteps.every(Number.isInteger)
        && uplotAxis({ whole: true }, false).incrs === wholeSteps));
    }));

  test("short shows what the sentences of a page say", () =>
    look("gallery.html", {}, async page => {
      assert.deepEqual(await page.evaluate(() => [0.16714, 0.16666666, 0, -0.00123456, 1224.98, 1234567,
        0.001, 0.00000105, 1e-7, 2.5e9, NaN, 0.5].map(v => short(v))),
      ["0.1671", "0.1667", "0", "−0.001235", "1,225", "1,234,567", "0.001", "1.05·10⁻⁶", "10⁻⁷",
        "2.5·10⁹", "–", "0.5"]);
    }));
});

describe("x-rays", () => {
  test("a cell has one colour in all curves and dots, before and after, and nothing else has it", () =>
    look("xray-cells.html", {}, async page => {
      const seen = await page.evaluate(() => {
        const panels = page.sections.flatMap(section => section.panels);
        const lines = panels.filter(panel => panel.kind === "lines").flatMap(panel =>
          panel.choices.flatMap(choice => linesOf(panel, choice.value)
            .map(line => [line.name, line.number])));
        const dots = panels.filter(panel => panel.kind === "scatter").flatMap(panel =>
          [...numbersOf(panel.choices.map(choice => choice.name))]);
        return [...lines, ...dots];
      });
      const cells = ["rnn", "lstm", "gru", "my"];
      for (const [name, number] of seen) {
        const cell = cells.indexOf(name.split(/ · |, /)[0]);
        if (cell >= 0) assert.equal(number, cell, name);
        else assert.ok(number >= cells.length, `${name} has the colour of ${cells[number]}`);
      }
      assert.ok(seen.some(([name]) => name === "gru · z"));
      assert.ok(seen.some(([name]) => name === "gru, before training"));
    }));

  test("the loss in words is the one that the chart ends with", () =>
    look("xray-cells.html", {}, async page => {
      const verdicts = await page.locator("#verdicts li").allTextContents();
      const legend = await panel(page, "What was learned").locator(".series").allTextContents();
      for (const [i, verdict] of verdicts.entries()) {
        const [, loss, without] = verdict.match(/the loss is (\S+) \(without memory (\S+)\)/);
        assert.ok(legend[i].endsWith(loss), `${legend[i]} beside ${loss}`);
        assert.ok(legend.at(-1).endsWith(without), `${legend.at(-1)} beside ${without}`);
      }
    }));

  test("the cliff is read in w and b", () =>
    look("xray-cells.html", {}, async page => {
      const cliff = "The smallest cliff: one unit, two weights, 50 steps";
      await panel(page, cliff).locator("canvas").focus();
      await page.keyboard.press("Home");
      assert.match(await readout(page, cliff).textContent(), /^w = 7 · b = −4\.2 · /);
      assert.equal(await panel(page, cliff).locator("p.above").textContent(), "w");
    }));
});
