"use strict";
/* What every panel needs: the data, elements, numbers as text, canvases of sharp pixels. */

const page = JSON.parse(document.getElementById("data").textContent);
const byId = id => document.getElementById(id);

/* How each kind of panel is drawn: a function of (panel, frame) that gives one that draws (anew). */
const kinds = {};

/* An element; attributes that begin with "on" are listeners, false ones are left out. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

function clamp(v, low, high) {
  return Math.max(low, Math.min(high, v));
}

/* 10⁻⁵ */
function power(exponent) {
  return "10" + String(exponent).replace(/./g, d => d === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]);
}

/* A number for a readout. */
function short(v, digits = 4) {
  if (v == null || !Number.isFinite(v)) return "–";
  const size = Math.abs(v);
  if (v === 0 || size >= 1e-3 && size < 1e7) {
    return v.toLocaleString("en", Number.isInteger(v) ? {} : { maximumSignificantDigits: digits })
      .replace("-", "−");
  }
  const exponent = Math.floor(Math.log10(size) + 1e-12);
  const mantissa = Number((size / 10 ** exponent).toPrecision(3));
  return (v < 0 ? "−" : "") + (mantissa === 1 ? "" : mantissa + "·") + power(exponent);
}

function percent(v) {
  return v == null || !Number.isFinite(v) ? "–" : short(Number((100 * v).toPrecision(4))) + "\u00a0%"; // in one line
}

/* A canvas as wide as its box that a keyboard can reach; begin() gives its clean context. */
function surface(box, label) {
  const canvas = make("canvas", { class: "surface", tabindex: 0, role: "img", "aria-label": label });
  box.append(canvas);
  return {
    canvas,
    begin(height) {
      const width = box.clientWidth, ratio = window.devicePixelRatio || 1;
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.height = height + "px";
      const context = canvas.getContext("2d");
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.font = "12px system-ui, sans-serif";
      return Object.assign(context, { wide: width, high: height });
    }
  };
}

/* Calls at(x, y) where something points, by mouse or finger, and at(null) when it leaves. */
function pointing(element, at) {
  const hear = event => {
    const box = element.getBoundingClientRect();
    at(event.clientX - box.left, event.clientY - box.top, event);
  };
  element.addEventListener("pointermove", hear);
  element.addEventListener("pointerdown", hear);
  element.addEventListener("pointerleave", event => event.pointerType === "mouse" && at(null));
}

/* Calls move(dx, dy) on arrow keys, Home and End (±Infinity), leave() on Escape. */
function keys(element, move, leave) {
  const moves = {
    ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
    PageUp: [-10, 0], PageDown: [10, 0], Home: [-Infinity, 0], End: [Infinity, 0]
  };
  element.addEventListener("keydown", event => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (moves[event.key]) move(...moves[event.key]);
    else if (event.key === "Escape") leave();
    else return;
    event.preventDefault();
  });
}
