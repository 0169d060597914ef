/* What the pages to learn from say. */
export const english = {
  title: "Why gradients vanish",
  frame: {
    skip: "Skip to the content", studio: "Studio", runs: "Runs", play: "Play", learn: "Learn", atEnd: "at the end",
    help: "Drawings: point at them or use the arrow keys to read values. Curves: drag across to zoom,"
      + " double-click to see all; click a name to hide its curves. Curves are drawn with uPlot",
    licence: "MIT licence"
  },
  about: "Four experiments to try yourself. The whole story, with its measurements, is the chapter of the same"
    + " name in the documentation.",
  other: "中文",
  contents: "Lessons",
  structures: {
    title: "How the data flows",
    text: ["A recurrent network uses the same cell at every step. What differs is where it reads an input and"
      + " where it gives an output. Step forward to see what each step waits for; then send the error back to"
      + " see how many cells lie between an answer and the inputs it depends on."],
    names: ["Sequence to class", "Sequence to sequence", "Vector to sequence", "Encoder–decoder"],
    uses: ["the sentiment of a review, the language of a name", "the next character, a tag for each word",
      "a caption for a picture, a surname for a given language", "a translation, a pronunciation"],
    structure: "Structure", forward: "Step forward", back: "Send the error back", again: "Start over",
    play: "Play", read: "reads x", said: "outputs y", state: "passes h on",
    done: steps => `Everything has been read and output: ${steps} steps forward.`,
    at: step => `Step ${step}: one more cell has been computed, from its input and the previous state.`,
    backAt: k => `The error has gone back through ${k} ${k === 1 ? "cell" : "cells"}; each one`
      + " multiplied it by the matrix U once more."
  },
  profiles: {
    title: "What becomes of a gradient",
    text: ["Small untrained networks of 32 units read 60 steps, and the server measures how much of the error"
      + " at the last step still arrives k steps earlier. Change the spectral radius of U: below 1 the gradient"
      + " of the simple network must vanish; above 1 it may explode. Then change the bias of the gate that"
      + " keeps the state: how long an LSTM or a GRU holds the gradient is set by a number it can learn."],
    radius: "Spectral radius of U", bias: "Bias of the keeping gate (bf, bz)",
    chart: "What is left of the gradient", read: "A line that falls straight is a gradient that vanishes; a level line keeps its size.",
    x: "lag k (steps back)", y: "share of the gradient that is left",
    names: { tanh: "simple RNN (tanh)", linear: "linear RNN", lstm: "LSTM, c", gru: "GRU", bound: "bound of the simple RNN, (γ σ₁)ᵏ",
      highway: "LSTM, the gate alone, fᵏ" },
    gate: (f, left, kept) => `The LSTM's keeping gate f starts at ${f}: along c alone, f⁵⁹ = ${left} would be left;`
      + ` the LSTM keeps ${kept}, as more comes back through h, U and the other gates.`,
    verdict: (radius, rnn) => `With radius ${radius}, the simple network keeps ${rnn} of the gradient after 59 steps.`
  },
  cliff: {
    title: "Clipping on a cliff",
    text: ["The smallest network with a cliff has one unit, xₜ = w σ(xₜ₋₁) + b. The color is its loss after 50"
      + " steps. Click the picture (or use the arrow keys) to choose where the descent starts, and set how long"
      + " a gradient may be: without a limit, a single step on the wall throws the weights far away."],
    map: "The loss over w (upwards) and b (to the right); two descents of 500 steps are drawn on it",
    clip: "Largest norm", rate: "Learning rate", clipped: "clipped", plain: "not clipped",
    chart: "The loss along the way", read: "Solid: clipped. Dashed: not clipped.", step: "step", loss: "loss E",
    says: (c, p, longest) => `After 500 steps, the loss is ${c} with clipping and ${p} without; the longest`
      + ` gradient on the way had norm ${longest}.`
  },
  masks: {
    title: "The two dropouts",
    text: ["Dropout hides units at random. Between layers, a new mask is drawn at each step. Inside the"
      + " recurrence, one mask is kept for the whole sequence: if it were redrawn at each step, hardly any unit"
      + " would stay visible throughout, and what should be remembered would be erased by chance."],
    p: "Dropout probability", again: "Draw again",
    between: "Between layers: new at each step", variational: "Inside: the same at all steps",
    says: (a, b) => `Visible at all 40 steps: ${a} of 16 units on the left, ${b} of 16 on the right.`,
    chart: "Units visible at every step so far", read: "What a memory would have to survive if a new mask"
      + " were drawn between time steps.", x: "step", y: "units"
  }
};
