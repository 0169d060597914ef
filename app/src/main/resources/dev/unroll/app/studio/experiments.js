/* Small networks that the server computes when somebody moves a slider. */
/* global make, short, decoded, colorsOf, color, surface, keys, clamp, dark */
import { ask } from "./ask.js";
import { axis, lines, put } from "./charts.js";
import { button, calmly, message, panel, slider } from "./views.js";

export async function showProfiles(box, words, here) {
  const said = message();
  const chart = lines(words.chart, words.read, axis(words.x, { whole: true }),
    axis(words.y, { log: true, min: 1e-8, max: 1e4 }), []);
  const section = panel(chart);
  const move = calmly(30, load);
  const radius = slider(words.radius, { min: 0.3, max: 2, step: 0.02, value: 1 }, move);
  const bias = slider(words.bias, { min: -2, max: 6, step: 0.1, value: 1 }, move);
  box.append(make("div", { class: "tools" }, radius, bias), section, said);

  async function load() {
    try {
      const found = await ask(`/api/learn/profiles?radius=${radius.value()}&bias=${bias.value()}`);
      if (!here()) return;
      const at = found.tanh.map((_, k) => k);
      found.highway = at.map(k => found.gate ** k);
      put(chart, Object.entries(words.names).map(([key, name]) => ({ name, x: at, values: found[key],
        marks: ["bound", "highway"].includes(key) ? ["dashed"] : [] })));
      section.draw();
      said.say(words.verdict(short(radius.value()), short(found.tanh.at(-1), 2)) + " "
        + words.gate(short(found.gate, 3), short(found.highway.at(-1), 2), short(found.lstm.at(-1), 2)));
    } catch (e) {
      said.say(e.message, true);
    }
  }

  await load();
}

export async function showCliff(box, words, here) {
  const page = await ask("/api/learn/surface");
  if (!here()) return;
  const map = page.sections[0].panels[0];
  const heat = decoded(page.heats[map.choices[0].value]);
  let start = { w: 5.5, b: -2.6 }, paths = null;
  const said = message();
  const holder = make("div");
  const { canvas, begin } = surface(holder, words.map);
  canvas.classList.add("cliff");
  const chart = lines(words.chart, words.read, axis(words.step, { whole: true }), axis(words.loss), []);
  const section = panel(chart);
  const move = calmly(30, load);
  const clip = slider(words.clip, { min: -2, max: 2, step: 0.1, value: 0, shown: v => short(10 ** v, 2) }, move);
  const rate = slider(words.rate, { min: -2, max: 0, step: 0.1, value: -1, shown: v => short(10 ** v, 2) }, move);
  box.append(make("div", { class: "tools" }, clip, rate), holder, said, section);

  const left = 40, bottom = 22, high = 300;
  const { down, across } = map;
  const px = (b, wide) => left + (b - across.first) / (across.last - across.first) * wide;
  const py = w => (w - down.first) / (down.last - down.first) * high;

  function draw() {
    const c = begin(high + bottom), wide = c.wide - left;
    const picture = make("canvas");
    picture.width = heat.columns;
    picture.height = heat.rows;
    const context = picture.getContext("2d"), image = context.createImageData(heat.columns, heat.rows);
    const colors = colorsOf(heat);
    for (let i = 0; i < heat.bytes.length; i++) {
      const [r, g, b] = heat.bytes[i] === 255 ? colors[0] : colors[heat.bytes[i]];
      image.data.set([r, g, b, 255], 4 * i);
    }
    context.putImageData(image, 0, 0);
    c.imageSmoothingEnabled = true;
    c.drawImage(picture, left, 0, wide, high);
    c.fillStyle = color("soft");
    c.textAlign = "center";
    for (const b of [-4, -3.5, -3, -2.5, -2]) c.fillText(short(b), px(b, wide), high + 16);
    c.textAlign = "right";
    for (const w of [4.5, 5, 5.5, 6, 6.5]) c.fillText(short(w), left - 6, py(w) + 4);
    c.fillText("w", left - 26, 14);
    c.fillText("b", c.wide - 2, high + 16);
    if (!paths) return;
    c.save();
    c.beginPath();
    c.rect(left, 0, wide, high);
    c.clip();
    for (const [key, dash] of [["plain", [5, 4]], ["clipped", []]]) {
      for (const [stroke, width] of [[color("paper"), 4.5], [color(key === "plain" ? "mark" : "accent"), 2.2]]) {
        c.beginPath();
        c.setLineDash(stroke === color("paper") ? [] : dash);
        c.strokeStyle = stroke;
        c.lineWidth = width;
        paths[key].forEach(([w, b], i) => i ? c.lineTo(px(b, wide), py(w)) : c.moveTo(px(b, wide), py(w)));
        c.stroke();
      }
    }
    c.setLineDash([]);
    c.fillStyle = color("ink");
    c.beginPath();
    c.arc(px(start.b, wide), py(start.w), 6, 0, 7);
    c.fill();
    c.restore();
  }

  async function load() {
    try {
      const query = new URLSearchParams({ ...start, clip: 10 ** clip.value(), rate: 10 ** rate.value() });
      paths = await ask("/api/learn/cliff?" + query);
      if (!here()) return;
      draw();
      const at = paths.clipped.map((_, i) => i), loss = key => paths[key].map(point => point[2]);
      put(chart, [{ name: words.clipped, x: at, values: loss("clipped") },
        { name: words.plain, x: at, values: loss("plain"), marks: ["dashed"] }]);
      section.draw();
      const longest = Math.max(...paths.clipped.map(point => point[3]).filter(Number.isFinite));
      said.say(words.says(short(loss("clipped").at(-1), 2), short(loss("plain").at(-1), 2), short(longest, 3)));
    } catch (e) {
      said.say(e.message, true);
    }
  }

  function at(w, b) {
    start = { w: clamp(w, down.last, down.first), b: clamp(b, across.first, across.last) };
    move();
  }

  canvas.addEventListener("pointerdown", event => {
    const box = canvas.getBoundingClientRect(), wide = box.width - left;
    at(down.first + (event.clientY - box.top) / high * (down.last - down.first),
      across.first + (event.clientX - box.left - left) / wide * (across.last - across.first));
  });
  keys(canvas, (dx, dy) => Number.isFinite(dx) && at(start.w - 0.05 * clamp(dy, -2, 2), start.b + 0.05 * dx), () => {});
  const again = () => draw();
  dark.addEventListener("change", again);
  addEventListener("resize", again);
  await load();
  return () => {
    dark.removeEventListener("change", again);
    removeEventListener("resize", again);
  };
}

export async function showMasks(box, words, here) {
  let seed = 1, found = null;
  const said = message();
  const pictures = { between: make("div"), variational: make("div") };
  const surfaces = {};
  const chart = lines(words.chart, words.read, axis(words.x, { whole: true }), axis(words.y, { min: 0, max: 16 }), []);
  const section = panel(chart);
  const move = calmly(30, load);
  const p = slider(words.p, { min: 0, max: 0.9, step: 0.05, value: 0.2 }, move);
  box.append(make("div", { class: "tools" }, p, button(words.again, () => { seed++; move(); }), said),
    make("div", { class: "masks" }, ...Object.entries(pictures).map(([key, holder]) =>
      make("div", {}, make("h3", {}, words[key]), holder))), section);
  for (const [key, holder] of Object.entries(pictures)) {
    surfaces[key] = surface(holder, words[key]);
    surfaces[key].canvas.removeAttribute("tabindex");
  }

  function draw() {
    for (const [key, { begin }] of Object.entries(surfaces)) {
      const steps = found[key].length, units = found[key][0].length;
      const c = begin(units * 11), width = c.wide / steps;
      found[key].forEach((column, t) => column.forEach((on, unit) => {
        c.fillStyle = on ? color("accent") : color("line");
        c.fillRect(t * width + 0.5, unit * 11 + 0.5, width - 1, 10);
      }));
    }
  }

  async function load() {
    try {
      found = await ask(`/api/learn/masks?p=${p.value()}&seed=${seed}`);
      if (!here()) return;
      draw();
      const at = found.between.map((_, t) => t + 1);
      put(chart, ["between", "variational"].map(key => ({ name: words[key], x: at, values: found[key + "Seen"],
        marks: key === "between" ? [] : ["dashed"] })));
      section.draw();
      said.say(words.says(found.betweenSeen.at(-1), found.variationalSeen.at(-1)));
    } catch (e) {
      said.say(e.message, true);
    }
  }

  const again = () => found && draw();
  dark.addEventListener("change", again);
  addEventListener("resize", again);
  await load();
  return () => {
    dark.removeEventListener("change", again);
    removeEventListener("resize", again);
  };
}
