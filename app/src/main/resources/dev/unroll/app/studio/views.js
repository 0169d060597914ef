/* What views are made of: the panels of the pages, messages, fields. */
/* global draws, heats, decoded, panelOf, sectionOf, page, make */

/* Forgets the panels of the last view. */
export function forget() {
  draws.length = 0;
  heats.length = 0;
  page.colors = [];
}

/* What stands around the views and below their curves, in the language of a view. */
export function frame(words) {
  page.atEnd = words.atEnd;
  for (const element of document.querySelectorAll("[data-word]")) {
    element.textContent = words[element.dataset.word];
  }
  document.querySelector(".bar nav").setAttribute("aria-label", words.studio);
}

let number = 0;

/* A panel that the scripts of the pages draw; draw() it when it is in the document. */
export function panel(fields, paired = false) {
  return panelOf(fields, paired, "panel-" + number++);
}

/* The sections of a page that the server has measured. */
export function sections(json) {
  const from = heats.length;
  heats.push(...json.heats.map(decoded));
  page.colors = json.colors;
  for (const one of json.sections.flatMap(section => section.panels)) {
    if (one.kind === "influence") one.heat += from;
    if (one.kind === "heatmap" || one.kind === "painted") {
      for (const choice of one.choices) choice.value += from;
    }
  }
  return json.sections.map(section => sectionOf(section, number++));
}

/* Puts elements in place of what is in a box, and draws their panels. */
export function fill(box, ...elements) {
  box.replaceChildren(...elements);
  for (const one of box.querySelectorAll("section.panel")) one.draw();
}

/* A sentence about what is going on, for ears too. */
export function message(text = "", bad = false) {
  const line = make("p", { class: bad ? "message bad" : "message", role: bad ? "alert" : "status" }, text);
  line.say = (words, isBad = false) => {
    line.textContent = words;
    line.classList.toggle("bad", isBad);
    line.setAttribute("role", isBad ? "alert" : "status");
  };
  return line;
}

export function button(text, onclick, attributes = {}) {
  return make("button", { type: "button", onclick, ...attributes }, text);
}

/* A labelled slider that shows its value; changed(value) while it moves. */
export function slider(label, { min, max, step, value, shown = v => v }, changed) {
  const out = make("output", {}, shown(value));
  const input = make("input", { type: "range", min, max, step, value, "aria-label": label,
    oninput: () => {
      out.textContent = shown(Number(input.value));
      input.setAttribute("aria-valuetext", out.textContent);
      changed(Number(input.value));
    } });
  const whole = make("label", { class: "slider" }, make("span", {}, label), input, out);
  whole.value = () => Number(input.value);
  whole.set = v => {
    input.value = v;
    out.textContent = shown(Number(input.value));
  };
  return whole;
}

export function check(label, checked, changed) {
  const input = make("input", { type: "checkbox", checked, onchange: () => changed(input.checked) });
  return make("label", { class: "check" }, input, label);
}

export function select(label, options, value, changed) {
  const list = make("select", { "aria-label": label, onchange: () => changed(list.value) },
    ...options.map(([name, text]) => make("option", { value: name, selected: name === value }, text)));
  return make("label", { class: "check" }, label, list);
}

/* Tiles of figures. */
export function figures(list) {
  return make("div", { id: "figures" }, ...list.map(([value, label]) =>
    make("div", { class: "figure" }, make("b", {}, value), make("span", {}, label))));
}

export function duration(seconds) {
  if (seconds == null) return "–";
  if (seconds < 60) return seconds.toFixed(seconds < 10 ? 1 : 0) + "\u00a0s";
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}\u00a0min ${Math.floor(seconds % 60)}\u00a0s`
    : `${Math.floor(minutes / 60)}\u00a0h ${minutes % 60}\u00a0min`;
}

/* Calls work at most so often, and with the last arguments in the end. */
export function calmly(milliseconds, work) {
  let timer = null, waiting = null, busy = false;
  const go = async () => {
    timer = null;
    if (busy || !waiting) return;
    const given = waiting;
    waiting = null;
    busy = true;
    try {
      await work(...given);
    } finally {
      busy = false;
      if (waiting && !timer) timer = setTimeout(go, milliseconds);
    }
  };
  return (...given) => {
    waiting = given;
    timer ??= setTimeout(go, milliseconds);
  };
}
