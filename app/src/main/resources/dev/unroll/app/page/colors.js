"use strict";
/* Colours of both themes. Series: after Okabe and Ito, told apart also by people who are colour-blind;
   from the ninth on they come again with dashes. */

const dark = matchMedia("(prefers-color-scheme: dark)");
const seriesColors = {
  light: ["#0072b2", "#d55e00", "#009e73", "#b8578f", "#b98200", "#3aa0dc", "#6b4a2b", "#66707a"],
  dark: ["#5ab0f0", "#ff8a4a", "#2fd0a0", "#ef9fce", "#f2c14e", "#a6e1f5", "#c8a27c", "#9aa5b1"]
};
const dashes = [undefined, [8, 4], [2, 3], [10, 3, 2, 3]];

/* The number of the colour that a name has on the whole page; -1 for none. `lstm · c` and
   `lstm, before training` have that of `lstm`. */
function numberOnPage(name) {
  const exactly = page.colors.indexOf(name);
  return exactly >= 0 ? exactly
    : page.colors.findIndex(one => name.startsWith(one + " · ") || name.startsWith(one + ", "));
}

/* The numbers of names: those that have none on the page come after all that have one, in their order. */
function numbersOf(names) {
  const others = names.filter(name => numberOnPage(name) < 0);
  return new Map(names.map(name => [name,
    numberOnPage(name) < 0 ? page.colors.length + others.indexOf(name) : numberOnPage(name)]));
}

/* Scales of heats: from nothing to much, and two-sided with nothing in the middle. */
const scales = {
  light: {
    one: ["#f3f5f7", "#b9d7ea", "#5ba3cf", "#1c6aa8", "#0a2f5c"],
    two: ["#0a3d70", "#4b97c9", "#f3f5f7", "#ec8c50", "#8f3000"]
  },
  dark: {
    one: ["#1f262f", "#1f4c70", "#2b82bd", "#7cc4ee", "#eaf7ff"],
    two: ["#a9dcff", "#2b82bd", "#222a33", "#c9622a", "#ffd0ae"]
  }
};

function theme() {
  return dark.matches ? "dark" : "light";
}

/* A colour of the style sheet. */
function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
}

function seriesColor(i) {
  return seriesColors[theme()][i % 8];
}

/* style: 0 for a full line, 1 dashed, 2 dotted */
function seriesDash(i, style) {
  return dashes[(Math.floor(i / 8) + style) % dashes.length];
}

/* #rrggbb with some transparency, 0 to 1. */
function faded(hex, alpha) {
  return hex + Math.round(255 * alpha).toString(16).padStart(2, "0");
}

function channels(hex) {
  return [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));
}

/* 255 colours [r, g, b] from the first stop to the last. */
function ramp(stops) {
  const ends = stops.map(channels);
  return Array.from({ length: 255 }, (_, i) => {
    const place = i / 254 * (ends.length - 1), low = Math.min(Math.floor(place), ends.length - 2);
    return [0, 1, 2].map(c =>
      Math.round(ends[low][c] + (place - low) * (ends[low + 1][c] - ends[low][c])));
  });
}

/* The colours of a heat, by its bytes; the strongest for values from reach on. */
function colorsOf(heat, reach = heat.reach) {
  const all = ramp(scales[theme()][heat.low < 0 ? "two" : "one"]);
  if (heat.log || reach >= heat.high) return all;
  const zero = heat.low < 0 ? 127 : 0;
  return all.map((_, b) =>
    all[Math.round(clamp(zero + (b - zero) * heat.high / reach, 0, 254))]);
}

function css([r, g, b]) {
  return `rgb(${r}, ${g}, ${b})`;
}

/* Ink that can be read on a colour. */
function inkOn([r, g, b]) {
  return 0.299 * r + 0.587 * g + 0.114 * b > 140 ? "#12161c" : "#ffffff";
}
