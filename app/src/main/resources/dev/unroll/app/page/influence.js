"use strict";
/* Which inputs count for the output that is pointed at. */

kinds.influence = (panel, frame) => {
  const heat = heats[panel.heat];
  const apart = panel.targets.length > 0;
  const outputs = apart ? panel.targets : panel.tokens;
  let output = outputs.length - 1, shown = false;
  if (apart) frame.box.append(make("p", { class: "above" }, "outputs: point at one"));
  const above = apart ? tokenText(frame.box, panel.targets, panel.title + ": outputs", at) : null;
  if (apart) frame.box.append(make("p", { class: "above" }, "inputs"));
  const text = tokenText(frame.box, panel.tokens, panel.title + ": inputs",
    i => apart ? tell(i) : at(i));
  const line = strip(frame.box, panel.title + ": the influence of every input");
  const legend = scaleLegend(frame.box);
  const say = readoutLine(frame.box, "");

  function at(i) {
    output = i ?? output;
    show();
  }

  function tell(input) {
    const values = heat.row(output);
    text.show(apart ? input : output);
    line.draw(values, heat, input);
    const one = i => `step ${i} ${quoted(panel.tokens[i])} ${worded(heat, values[i])}`;
    const most = values.map((v, i) => i).filter(i => values[i] > 0)
      .sort((a, b) => values[b] - values[a]).slice(0, 3);
    const of = `output at step ${output} ${quoted(outputs[output])} ← `;
    say(of + (input === null ? "most from " + (most.map(one).join(", ") || "nothing") : one(input)));
  }

  function show() {
    above?.show(output);
    text.paint(heat.bytesOf(output), colorsOf(heat));
    legend(heat);
    tell(null);
    if (!shown) (above ?? text).reveal(output);
    shown = true;
  }

  pointing(line.canvas, x => tell(x == null ? null
    : clamp(Math.floor(x / line.canvas.clientWidth * heat.columns), 0, heat.columns - 1)));
  return show;
};
