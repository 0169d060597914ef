"use strict";
/* Puts the page together and draws it. */

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
drawAll();
