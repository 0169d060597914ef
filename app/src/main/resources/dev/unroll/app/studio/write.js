/* A model that writes: the state of a unit behind each character while it is written, and what it
   expects next. */
/* global make, heats, percent, quoted */
import { ofRun, stream } from "./ask.js";
import { button, fill, message, panel, slider } from "./views.js";

export function showWriting(box, name, model) {
  let going = null, lines = [], parts = [], grown = 0, drawing = null, painted = null;
  const prompt = make("textarea", { rows: 2, "aria-label": "the text to begin with",
    placeholder: "Type what it begins with", maxlength: 2000 });
  prompt.value = model.prompt;
  const temperature = slider("Temperature", { min: 0, max: 2, step: 0.05, value: 0.8 }, () => {});
  const top = slider("Top-p", { min: 0.05, max: 1, step: 0.05, value: 1 }, () => {});
  const length = slider("Length", { min: 20, max: 1000, step: 20, value: 300 }, () => {});
  const go = button("Write", () => going ? going.abort() : write(), { class: "main" });
  const said = message();
  const next = make("div", { class: "next", "aria-label": "what it expects next", role: "group" });
  const place = make("div", { class: "panels" });
  box.append(make("p", { class: "soft" }, "The model goes on with your text, one symbol at a time. Behind"
    + " each stands the value of one unit after it was read: choose a unit, or search for one that follows"
    + " a pattern."),
  prompt, make("div", { class: "tools" }, go, temperature, top, length, said), next, place);
  prompt.addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) go.click();
  });

  /* The values of one state of all steps so far, a row a unit, as the panels read heats: colors reach
     as far as any of its units has gone. */
  function heatOf(part, from) {
    const row = unit => Array.from({ length: grown }, (_, t) => lines[t].values[from + unit]);
    const byte = value => Math.round(127 + 127 * value / (part.most || 1));
    return {
      rows: part.size, get columns() { return grown; }, log: false,
      get low() { return -part.most; }, get high() { return part.most; }, get reach() { return part.most; },
      byte: (unit, t) => byte(lines[t].values[from + unit]), value: (unit, t) => lines[t].values[from + unit],
      row, bytesOf: unit => Uint8Array.from(row(unit), byte)
    };
  }

  function begin(states) {
    parts = states;
    lines = [];
    grown = 0;
    heats.length = 0;
    let from = 0;
    for (const part of parts) {
      Object.assign(part, { from, most: 0 });
      heats.push(heatOf(part, from));
      from += part.size;
    }
    painted = panel({ kind: "painted", title: "What it writes", read: "", tokens: [],
      choices: parts.map((part, i) => ({ name: part.name, value: i })) });
    fill(place, painted);
    const select = painted.querySelector("select");
    if (select && select.options.length > 1) {
      select.value = select.options.length - 1;
      select.dispatchEvent(new Event("change"));
    }
    const text = painted.querySelector(".tokens");
    text.addEventListener("pointerover", event => expected(text, event));
  }

  /* What was expected at a place that is pointed at: before the symbol there. */
  function expected(text, event) {
    const at = [...text.children].indexOf(event.target.closest(".tokens > span"));
    if (at > 0 && !going) probabilities(lines[at - 1].next, lines[at].text);
  }

  function take(line) {
    if (line.states) return begin(line.states);
    line.values = new Float32Array(Uint8Array.from(atob(line.state), c => c.charCodeAt(0)).buffer);
    for (const part of parts) {
      for (let i = 0; i < part.size; i++) {
        part.most = Math.max(part.most, Math.abs(line.values[part.from + i]));
      }
    }
    lines.push(line);
    drawing ??= setTimeout(draw, 40);
  }

  function draw() {
    drawing = null;
    if (!painted || grown === lines.length) return;
    const more = lines.slice(grown);
    grown = lines.length;
    painted.draw.grow(more.map(line => line.text));
    const spans = painted.querySelector(".tokens").children;
    more.forEach((line, i) => line.given && spans[grown - more.length + i].classList.add("given"));
    probabilities(more.at(-1).next, null);
  }

  function probabilities(list, came) {
    next.replaceChildren(make("p", { class: "above" }, came === null ? "What it expects next"
      : `What it expected before ${quoted(came)}`), ...list.map(([token, p]) => {
      const bar = make("i");
      bar.style.width = Math.max(0.5, 100 * p) + "%";
      return make("div", { class: token === came ? "bar-row came" : "bar-row" },
        make("span", { class: "token" }, quoted(token)), make("span", { class: "track" }, bar),
        make("span", { class: "value" }, percent(p)));
    }));
  }

  async function write() {
    going = new AbortController();
    go.textContent = "Stop";
    said.say("");
    try {
      await stream(ofRun(name, "/write"), { prompt: prompt.value, length: length.value(),
        temperature: temperature.value(), topP: top.value(), seed: Math.floor(Math.random() * 1e9) },
      going.signal, take);
    } catch (e) {
      if (e.name !== "AbortError") said.say(e.message, true);
    } finally {
      going = null;
      go.textContent = "Write";
      draw();
    }
  }

  write();
  return () => {
    going?.abort();
    clearTimeout(drawing);
  };
}
