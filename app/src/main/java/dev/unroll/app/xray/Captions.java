package dev.unroll.app.xray;

import dev.unroll.app.page.panel.Caption;

/// The captions of the panels of an x-ray: one sentence each for newcomers to the field,
/// and the formula.
final class Captions {
  private static final String PASCANU = "https://arxiv.org/abs/1211.5063";
  private static final String MADSEN = "https://distill.pub/2019/memorization-in-rnns/";
  private static final String BAHDANAU = "https://arxiv.org/abs/1409.0473";
  private static final String KARPATHY = "https://arxiv.org/abs/1506.02078";

  /// @param averaged the outputs that the means are over
  static Caption lags(String averaged) {
    return Caption.of("How far back the gradient reaches",
        "Each curve shows how much of the error at one step still arrives k steps earlier: a "
            + "straight line down is a gradient that vanishes, a level one a gradient that keeps "
            + "its size. From lag to lag it changes as it does for the answers that have so many "
            + "steps before them.")
        .with("‖∂L_t/∂h_{t−k}‖ as a share of ‖∂L_t/∂h_t‖, " + averaged, PASCANU);
  }

  static final Caption STEPS = Caption.of("Where in the sequence the gradient is",
      "Each curve shows how strongly the loss would answer to a small change of the state at that"
          + " step.")
      .with("‖∂L/∂h_t‖ and ‖∂L/∂c_t‖", PASCANU);

  static final Caption SPLIT = Caption.of("The highway and the rest",
      "How the gradient goes back one step: on the highway past all matrices (for an LSTM the "
          + "forget gate), or through the gates and U; near 1 it keeps its length.")
      .with("ds_t/ds_{t−1} = diag(p_t) + R_t");

  /// @param positions the number of steps t of the means
  /// @param steps the number of all steps
  static Caption carried(int positions, int steps) {
    return Caption.of("What the highway carries",
        "Full and dashed lines are the gradient over k steps, of the output and of other states; "
            + "the dotted one is what the highway alone would carry. Where it runs along, nothing "
            + "but the gate decides what is remembered.")
        .with("‖(ds_t/ds_{t−k})ᵀ u‖ and ‖p_t ∘ … ∘ p_{t−k+1} ∘ u‖, averaged over %s steps t"
            .formatted(positions == steps ? "all %,d".formatted(steps)
                : "%,d of %,d".formatted(positions, steps)));
  }

  static final Caption JACOBIAN = Caption.of("How much one step can stretch",
      "The largest factors by which a step stretches a small change of the state: all below 1 and "
          + "the gradient must vanish, above 1 it may explode.")
      .with("the largest singular values of ∂s_t/∂s_{t−1}", PASCANU);

  static final Caption SPECTRA = Caption.of("The recurrent matrices",
      "The spectral radius says how fast powers of a matrix grow or shrink, the norm how much it "
          + "can stretch at most.")
      .with("ρ(U), σ₁(U)", PASCANU);

  static final Caption CONTRIBUTIONS = Caption.of("Which steps teach the matrices",
      "The gradient of a matrix is a sum over the steps; each curve shows how large the part of "
          + "every step is.")
      .with("‖δ_t ⊗ a_t‖, where dW = Σ_t δ_t ⊗ a_t");

  static final Caption GATES = Caption.of("Gates and states, unit by unit",
      "A row is a unit, a column a step: strong colors are open gates, pale ones shut; look for "
          + "rows that change with what is read.");

  static final Caption SATURATION = Caption.of("Gates that are always open or shut",
      "Each dot is a unit, by the share of time its gate is nearly shut and nearly open: dots at "
          + "the corners never switch, dots near the diagonal line always sit at an end.")
      .with("share of steps with v < 0.1 and v > 0.9", KARPATHY);

  static final Caption UNITS = Caption.of("Units, counted",
      "Units that never move carry nothing; gates that are stuck are as good as constants.");

  static final Caption PAINTED = Caption.of("One unit reads along",
      "The color behind each character is the state of the chosen unit when it was read; search "
          + "for units that follow a pattern, such as line ends or quotes.")
      .with("c_t or h_t of one unit", KARPATHY);

  static final Caption WRITTEN = Caption.of("One unit writes along",
      "The color behind each output is the state of the chosen unit when it was written; search "
          + "for units that follow a pattern.")
      .with("c_t or h_t of one unit", KARPATHY);

  static final Caption INFLUENCE = Caption.of("What a prediction rests on",
      "Point at a character: colors and bars show, on a logarithmic scale, how much each earlier"
          + " one counts for what the model says there.")
      .with("‖∂L_t/∂x_s‖", MADSEN);

  static final Caption ATTENTION = Caption.of("Where attention looks",
      "Point at an output: colors show how much of each input went into the vector that was "
          + "looked up for it; the shares add up to 1.")
      .with("α_t = softmax over s of e(query_t, h_s)", BAHDANAU);

  static final Caption ATTENTION_MAP = Caption.of("Where attention looks",
      "A row is an output, a column a step of the input: strong colors are what was looked at; "
          + "each row adds up to 1.")
      .with("α_t = softmax over s of e(query_t, h_s)", BAHDANAU);

  static final Caption LOSS = Caption.of("What was learned",
      "The loss of each step of training; the dashed line is a model without memory.");

  static final Caption CLIPPING = Caption.of("The clip monitor",
      "The norm of the gradient before and after clipping: where the curves part, the gradient was"
          + " shortened and its direction kept.")
      .with("‖g‖, ‖g‖ · min(1, clip / ‖g‖)", PASCANU);

  static final Caption RATIOS = Caption.of("How far each step moves the weights",
      "About 0.001 is healthy: far above, training is unstable; far below, it hardly learns.")
      .with("‖Δθ‖ / ‖θ‖ for each parameter");

  static final Caption EQUATIONS = Caption.of("The equations",
      "What was differentiated; every name can be chosen above.");

  private Captions() {}
}
