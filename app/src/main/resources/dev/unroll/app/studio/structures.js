/* The four structures, drawn, with data that flows forward and an error that goes back. */
/* global make */
import { button, message, select } from "./views.js";

const ns = "http://www.w3.org/2000/svg";
const STEPS = 5;

/* Where a structure reads and says something: a column a cell. */
const kinds = [
  { reads: [0, 1, 2, 3, 4], says: [4] },
  { reads: [0, 1, 2, 3, 4], says: [0, 1, 2, 3, 4] },
  { reads: [0], says: [0, 1, 2, 3, 4] },
  { reads: [0, 1, 2], says: [3, 4, 5], decoder: 3 }
];

function shape(tag, attributes, text) {
  const element = document.createElementNS(ns, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text) element.textContent = text;
  return element;
}

export function showStructures(box, words) {
  let kind = 0, step = 0, back = 0, timer = null, parts = [];
  const svg = shape("svg", { class: "flow", viewBox: "0 0 760 250", role: "img" });
  const said = message();
  const use = make("p", { class: "soft" });
  const play = button("▶ " + words.play, () => timer ? stop() : start());
  box.append(make("div", { class: "tools" },
    select(words.structure, words.names.map((name, i) => [i, name]), 0, v => { kind = Number(v); begin(); }),
    button(words.forward, forward), button(words.back, backward), play, button(words.again, begin)),
  use, make("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": words.structure }, svg), said);

  const cells = () => kinds[kind].decoder ? 6 : STEPS;
  const x = i => 80 + i * 120;

  function begin() {
    stop();
    step = 0;
    back = 0;
    use.textContent = words.uses[kind];
    draw();
    said.say("");
  }

  function draw() {
    const { reads, says, decoder } = kinds[kind];
    parts = [];
    svg.replaceChildren();
    svg.setAttribute("aria-label", `${words.names[kind]}: ${words.uses[kind]}`);
    const wire = (d, at) => {
      const path = shape("path", { class: "wire", d, "marker-end": "" });
      svg.append(path);
      parts.push({ element: path, at });
    };
    for (let i = 0; i < cells(); i++) {
      if (i > 0) wire(`M ${x(i - 1) + 34} 125 H ${x(i) - 34}`, i);
      if (reads.includes(i)) wire(`M ${x(i)} 198 V 149`, i);
      if (says.includes(i)) wire(`M ${x(i)} 101 V 52`, i);
    }
    for (let i = 0; i < cells(); i++) {
      node(x(i), 125, 34, 24, decoder && i >= decoder ? "s" : "h", i, `${i + 1 - (decoder && i >= decoder ? decoder : 0)}`);
      if (reads.includes(i)) node(x(i), 214, 20, 16, "x", i, `${i + 1}`);
      if (says.includes(i)) node(x(i), 36, 20, 16, "y", i, `${i + 1 - (decoder ?? 0)}`);
    }
    svg.append(shape("text", { class: "soft-text", x: 80, y: 245 }, words.read),
      shape("text", { class: "soft-text", x: x(1) - 60, y: 88 }, words.state),
      shape("text", { class: "soft-text", x: x(says[0]), y: 13 }, words.said));
    paint();
  }

  function node(cx, cy, w, h, name, at, index) {
    const rect = shape("rect", { class: "box", x: cx - w, y: cy - h, width: 2 * w, height: 2 * h, rx: 8 });
    const label = shape("text", { x: cx, y: cy + 5 }, name);
    label.append(shape("tspan", { "baseline-shift": "sub", "font-size": 10 }, index));
    svg.append(rect, label);
    parts.push({ element: rect, at });
  }

  function paint() {
    for (const { element, at } of parts) {
      element.classList.toggle("on", at < step && !(back > 0 && at >= cells() - back));
      element.classList.toggle("back", back > 0 && at >= cells() - back);
    }
  }

  function forward() {
    if (back > 0) begin();
    if (step < cells()) step++;
    said.say(step === cells() ? words.done(step) : words.at(step));
    paint();
  }

  function backward() {
    if (step < cells()) step = cells();
    if (back < cells()) back++;
    said.say(words.backAt(back));
    paint();
  }

  function start() {
    if (back >= cells()) begin();
    play.textContent = "❚❚ " + words.play;
    timer = setInterval(() => {
      if (step < cells()) forward();
      else if (back < cells()) backward();
      else stop();
    }, 700);
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    play.textContent = "▶ " + words.play;
  }

  begin();
  return stop;
}
