"use strict";
/* Parallel coordinates: a line for each thing, through its value on each scale, coloured by the last. */

kinds.parallel = (panel, frame) => {
  const box = make("div");
  box.style.minWidth = 64 * panel.scales.length + "px";
  frame.box.append(make("div", { class: "scroll" }, box));
  const say = readoutLine(frame.box, "Point at a line, or use the arrow keys, to read it.");
  const { canvas, begin } = surface(box, panel.title);
  const top = 34, high = 300, below = 18;
  const scales = panel.scales.map((scale, i) => {
    const values = panel.paths.map(path => path.values[i]).filter(Number.isFinite);
    const of = v => scale.log ? Math.log(v) : v;
    const low = Math.min(...values), most = Math.max(...values);
    return { ...scale, low, most, share: v => most > low ? (of(v) - of(low)) / (of(most) - of(low)) : 0.5 };
  });
  const last = scales.length - 1;
  const merit = path => panel.larger ? scales[last].share(path.values[last])
    : 1 - scales[last].share(path.values[last]);
  let here = null, wide = 0;

  const x = i => 44 + i * (wide - 88) / Math.max(1, last);
  const y = (i, v) => top + (1 - scales[i].share(v)) * high;

  function line(c, path) {
    c.beginPath();
    path.values.forEach((v, i) => i ? c.lineTo(x(i), y(i, v)) : c.moveTo(x(i), y(i, v)));
    c.stroke();
  }

  function draw() {
    const c = begin(top + high + below);
    wide = c.wide;
    const colors = ramp(stops());
    panel.paths.forEach(path => {
      c.strokeStyle = css(colors[Math.round(254 * (0.15 + 0.85 * merit(path)))]);
      c.lineWidth = path.strong ? 3 : 1.5;
      c.setLineDash(path.name.includes("defaults") ? [7, 4] : []);
      line(c, path);
    });
    c.setLineDash([]);
    c.lineWidth = 3;
    if (here !== null) {
      c.strokeStyle = color("mark");
      line(c, panel.paths[here]);
    }
    c.lineWidth = 1;
    c.strokeStyle = color("line");
    scales.forEach((scale, i) => {
      c.strokeRect(x(i), top, 0, high);
      c.textAlign = "center";
      c.fillStyle = color("ink");
      c.fillText(scale.label, x(i), 12);
      c.fillStyle = color("soft");
      c.fillText(short(scale.most), x(i), top - 6);
      if (scale.most > scale.low) c.fillText(short(scale.low), x(i), top + high + 14);
    });
  }

  /* From little to much: without the faintest colour, in which nothing is seen. */
  function stops() {
    return theme() === "dark" ? ["#2b3a4a", "#2b82bd", "#eaf7ff"] : ["#d5dde4", "#5ba3cf", "#0a2f5c"];
  }

  function at(i) {
    here = i;
    draw();
    if (i === null) return say("");
    const path = panel.paths[i];
    say([path.name, ...scales.map((scale, k) => `${scale.label} ${short(path.values[k])}`)].join(" · "));
  }

  /* The distance of a point to a line, on the part between the two scales beside it. */
  function away(path, px, py) {
    let least = Infinity;
    for (let i = 0; i < last; i++) {
      if (px < x(i) - 10 || px > x(i + 1) + 10) continue;
      const t = clamp((px - x(i)) / (x(i + 1) - x(i)), 0, 1);
      const from = y(i, path.values[i]), to = y(i + 1, path.values[i + 1]);
      least = Math.min(least, Math.abs(from + t * (to - from) - py));
    }
    return least;
  }

  pointing(canvas, (px, py) => {
    if (px == null) return at(null);
    let best = null, least = 16;
    panel.paths.forEach((path, i) => {
      const d = away(path, px, py);
      if (d <= least) [least, best] = [d, i];
    });
    at(best);
  });
  keys(canvas, (dx, dy) => panel.paths.length
    && at(clamp((here ?? panel.paths.length) - dx - dy, 0, panel.paths.length - 1)), () => at(null));
  return draw;
};
