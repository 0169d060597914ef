/* What the pages to learn from say. */
export const english = {
  title: "Why gradients vanish",
  about: "Four pages to act on; the whole story with its measurements is the chapter of the same name in"
    + " the documentation.",
  other: "中文",
  contents: "Lessons",
  structures: {
    title: "How the data flows",
    text: ["A recurrent network uses one cell at every step. What differs is where something is read and"
      + " where something is said. Step forward, and see what each step waits for; then send the error"
      + " back, and see how many cells lie between an answer and what it depends on."],
    names: ["Sequence to class", "Sequence to sequence", "Vector to sequence", "Encoder–decoder"],
    uses: ["the sentiment of a review, the language of a name", "the next character, a tag for each word",
      "a caption for a picture, a name for a nationality", "a translation, a pronunciation"],
    structure: "Structure", forward: "Step forward", back: "Send the error back", again: "Begin again",
    play: "Play", read: "x is read", said: "y is said", state: "h goes on",
    done: steps => `All is read and said: ${steps} steps forward.`,
    at: step => `Step ${step}: one cell has been computed, from its input and the state before it.`,
    backAt: k => `The error has gone back through ${k} ${k === 1 ? "cell" : "cells"}; at each it was multiplied`
      + " by the matrix U once more."
  },
  profiles: {
    title: "What becomes of a gradient",
    text: ["Small untrained networks of 32 units read 60 steps, and the server measures how much of the error"
      + " at the last step arrives k steps earlier. Move the spectral radius of U: below 1 the gradient of the"
      + " simple network must vanish, and above 1 it may explode. Then move the bias of the gate that keeps:"
      + " the LSTM and the GRU hold the gradient by a number that they can learn."],
    radius: "Spectral radius of U", bias: "Bias of the keeping gate (bf, bz)",
    chart: "What is left of the gradient", read: "Straight lines down vanish, level ones keep their size.",
    x: "lag k (steps back)", y: "share of the gradient that is left",
    names: { tanh: "simple RNN (tanh)", linear: "linear RNN", lstm: "LSTM, c", gru: "GRU", bound: "(γ σ₁)^k" },
    gate: (v, left) => `The gate that keeps begins at ${v}: along the highway alone ${left} is left after 59 steps.`,
    verdict: (radius, rnn) => `With radius ${radius} the simple network keeps ${rnn} of the gradient after 59 steps.`
  },
  cliff: {
    title: "Clipping on a cliff",
    text: ["The smallest network with a cliff has one unit, x_t = w σ(x_{t−1}) + b. Color is its loss after 50"
      + " steps. Choose where the descent begins by pointing at the picture (or with the arrow keys), and how"
      + " long a gradient may be: without a limit one step on the wall throws the weights far away."],
    map: "The loss over w (upwards) and b (to the right); two descents of 500 steps are drawn on it",
    clip: "Largest norm", rate: "Learning rate", clipped: "clipped", plain: "as it is",
    chart: "The loss on the way", read: "Full: clipped. Dashed: as it is.", step: "step", loss: "loss E",
    says: (c, p, longest) => `After 500 steps the loss is ${c} with clipping and ${p} without; the longest`
      + ` gradient that was met is ${longest} long.`
  },
  masks: {
    title: "The two dropouts",
    text: ["Dropout hides units at random. Between layers, a new mask is drawn at each step. Inside the"
      + " recurrence one mask is kept for the whole sequence: were it drawn anew, hardly a unit would be seen"
      + " at all steps, and what should be remembered would be erased by chance."],
    p: "Probability to be dropped", again: "Draw again",
    between: "Between layers: new at each step", variational: "Inside: the same at all steps",
    says: (a, b) => `Seen at all of 40 steps: ${a} of 16 units on the left, ${b} of 16 on the right.`,
    chart: "Units that were seen at every step so far", read: "What a memory would have to survive if the mask"
      + " lay between time steps.", x: "step", y: "units"
  }
};
