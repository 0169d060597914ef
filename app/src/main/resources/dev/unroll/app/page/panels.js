"use strict";
/* Panels in their frames, drawn anew when the theme or the width changes. */

const draws = [];

function panelOf(panel, paired, id) {
  const frame = {
    id, title: panel.title, paired,
    controls: make("div", { class: "controls" }), box: make("div", { class: "drawing" })
  };
  const section = make("section", { class: "panel kind-" + panel.kind, "aria-label": panel.title },
    make("div", { class: "head" }, make("h3", {}, panel.title), frame.controls));
  if (panel.read) section.append(make("p", { class: "read" }, panel.read));
  section.append(frame.box);
  if (panel.formula) {
    const { text, address } = panel.formula;
    const link = make("a", { href: address, target: "_blank", rel: "noreferrer" }, "the formula");
    section.append(make("p", { class: "formula" }, make("code", {}, text),
      ...(address ? [" · ", link] : [])));
  }
  section.draw = kinds[panel.kind](panel, frame);
  draws.push(section.draw);
  return section;
}

function sectionOf(section, number) {
  const id = "section-" + number;
  return make("section", { id },
    ...(section.title ? [make("h2", {}, section.title)] : []),
    make("div", { class: section.paired ? "panels paired" : "panels" },
      ...section.panels.map((panel, i) => panelOf(panel, section.paired, `${id}-${i}`))));
}

function drawAll() {
  for (const draw of draws) draw();
}

dark.addEventListener("change", drawAll);
let width = document.body.clientWidth;
new ResizeObserver(() => {
  if (document.body.clientWidth === width) return;
  width = document.body.clientWidth;
  drawAll();
}).observe(document.body);
