"use strict";
/* The legend of curves: an entry a group, with its line as it is drawn and its values where somebody
   points; an entry is a button that hides its curves. */

function legendOf(box, actions) {
  const list = make("div", { class: "legend" });
  box.append(list);
  const at = make("span", { class: "at", role: "status" });
  let entries = [];

  function swatch(line) {
    const ns = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(ns, "svg");
    svg.setAttribute("width", 26);
    svg.setAttribute("height", 10);
    const shape = document.createElementNS(ns, line.stars ? "circle" : "line");
    const attributes = line.stars
      ? { cx: 13, cy: 5, r: 4.5, fill: line.color }
      : { x1: 0, x2: 26, y1: 5, y2: 5, stroke: line.color, "stroke-width": line.faint ? 1.2 : 2.4,
        "stroke-dasharray": (line.dash || []).join(" ") };
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
    svg.append(shape);
    svg.setAttribute("aria-hidden", "true");
    return svg;
  }

  function entry(group) {
    const value = make("span", { class: "value" });
    const button = make("button", {
      class: "series", type: "button", "aria-pressed": String(!group.hidden),
      title: "Click to hide or show, double-click for this one alone",
      onclick: () => actions.toggle(group.name), ondblclick: () => actions.only(group.name),
      onpointerenter: () => actions.point(group.name), onpointerleave: () => actions.point(null),
      onfocus: () => actions.point(group.name), onblur: () => actions.point(null)
    }, swatch(group), group.name, value);
    return { name: group.name, button, value };
  }

  return {
    /* groups: [{name, color, dash, faint, stars, hidden}] */
    show(groups) {
      const focused = entries.findIndex(e => e.button === document.activeElement);
      entries = groups.map(entry);
      list.replaceChildren(at, ...entries.map(e => e.button));
      if (groups.some(group => group.hidden)) {
        list.append(make("button", { type: "button", onclick: actions.all }, "show all"));
      }
      if (focused >= 0) entries[focused]?.button.focus();
    },
    values(place, texts) {
      at.textContent = place;
      entries.forEach(e => e.value.textContent = texts.get(e.name) ?? "–");
    },
    pointed(name) {
      entries.forEach(e => e.button.classList.toggle("pointed", e.name === name));
    }
  };
}
