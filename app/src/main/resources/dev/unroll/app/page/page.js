"use strict";
/* Puts the page together and draws it, and again when the theme or the width changes. */

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
  draws.push(kinds[panel.kind](panel, frame));
  return section;
}

function sectionOf(section, number) {
  const id = "section-" + number;
  return make("section", { id },
    ...(section.title ? [make("h2", {}, section.title)] : []),
    make("div", { class: section.paired ? "panels paired" : "panels" },
      ...section.panels.map((panel, i) => panelOf(panel, section.paired, `${id}-${i}`))));
}

document.title = page.title + " – Unroll";
byId("title").textContent = page.title;
byId("subtitle").textContent = page.subtitle;
byId("figures").hidden = page.figures.length === 0;
byId("figures").append(...page.figures.map(figure => make("div", { class: "figure" },
  make("b", {}, figure.value), make("span", {}, figure.label))));
byId("verdicts").hidden = page.verdicts.length === 0;
byId("verdicts").append(...page.verdicts.map(verdict =>
  make("li", { class: verdict.tone }, make("b", {}, verdict.name + ": "), verdict.text)));
byId("sections").append(...page.sections.map(sectionOf));
const titled = page.sections.map((s, i) => [s.title, "#section-" + i]).filter(([title]) => title);
byId("contents").hidden = titled.length < 3;
byId("contents").append(...titled.map(([title, href]) => make("a", { href }, title)));

function drawAll() {
  for (const draw of draws) draw();
}

drawAll();
dark.addEventListener("change", drawAll);
let width = document.body.clientWidth;
new ResizeObserver(() => {
  if (document.body.clientWidth === width) return;
  width = document.body.clientWidth;
  drawAll();
}).observe(document.body);
