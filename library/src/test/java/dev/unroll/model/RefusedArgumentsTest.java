package dev.unroll.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.data.Values.Features;
import dev.unroll.data.Values.Symbols;
import dev.unroll.layer.stepping.StateException;
import dev.unroll.train.Trainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// What callers of the library gave and heard nothing about, or Java's own words.
class RefusedArgumentsTest {
  private static final RecurrentStack BODY = RecurrentStack.of(Gru.cell(), 4);

  private final SequenceToVector texts = SequenceToVector.of(
      Inputs.characters(List.of("abc")), BODY, Outputs.labels(List.of("x", "y")));
  private final SequenceToVector numbers =
      SequenceToVector.of(Inputs.features(2), BODY, Outputs.classes(3));

  /// Null was a bare `NullPointerException` from somewhere inside.
  @Test
  @SuppressWarnings("NullAway") // that is what is given
  void nullIsNamedWhereItComesIn() {
    float[][] row = {{1, 2}, null};
    var good = new Example(Symbols.of(0), Symbols.of(1));
    var examples = Arrays.asList(good, null);
    var trainer = Trainer.of(texts);
    refused("The input of an example is null", () -> new Example(null, Symbols.of(1)));
    refused("The target of an example is null", () -> new Example(Symbols.of(1), null));
    refused("Row 1 (the first is 0) of 2 is null", () -> Features.ofRows(row));
    refused("Row 1 (the first is 0) of 2 is null", () -> Example.of(row, 0));
    refused("Row 0 (the first is 0) of 1 is null", () -> Features.exactRows(new double[][] {null}));
    refused("The list of rows is null", () -> Features.ofRows((float[][]) null));
    refused("The array of symbols is null", () -> new Symbols(null));
    refused("The array of symbols is null", () -> Example.of((int[]) null, 0));
    refused("The array of features is null", () -> new Features(null, 2));
    refused("Example 1 (the first is 0) of 2 is null", () -> trainer.fit(examples));
    refused("The list of examples is null", () -> trainer.fit((List<Example>) null));
    refused("Example 1 (the first is 0) of 2 is null", () -> trainer.fit(examples, List.of()));
    refused("Example 1 (the first is 0) of 2 is null",
        () -> trainer.fit(List.of(good), examples));
    refused("Text 0 (the first is 0) of 1 is null",
        () -> trainer.fitTexts(Collections.singletonList(null), List.of("x")));
    refused("Label 1 (the first is 0) of 2 is null",
        () -> trainer.fitTexts(List.of("a", "b"), Arrays.asList("x", null)));
    refused("Label 1 (the first is 0) of 2 is null",
        () -> Outputs.labels(Arrays.asList("x", null)));
    refused("Row 1 (the first is 0) of 2 is null", () -> numbers.predictor().predict(row));
    refused("The input is null", () -> numbers.predictor().predict((Values) null));
    refused("Input 0 (the first is 0) of 1 is null",
        () -> numbers.predictor().predict(Collections.singletonList(null)));
    refused("Input 0 (the first is 0) of 1 is null",
        () -> numbers.predictor().predictValues(Collections.singletonList(null)));
    refused("The text is null", () -> texts.predictor().predict((String) null));
    refused("Text 0 (the first is 0) of 1 is null",
        () -> texts.predictor().predictTexts(Collections.singletonList(null)));
    var stepper = numbers.stepper();
    var states = stepper.<String>newStates();
    refused("The array of features is null", () -> stepper.step(states, "a", (float[]) null));
    assertThatThrownBy(() -> stepper.step(states, null, 1, 2)).isInstanceOf(StateException.class)
        .hasMessageStartingWith("key 0 of 1 is null; ");
    assertThat(states.keys()).isEmpty();
  }

  private static void refused(String message, ThrowingCallable call) {
    assertThatThrownBy(call).as(message).isInstanceOf(DataException.class)
        .hasMessageStartingWith(message);
  }

  /// A length of −1 gave an empty text.
  @Test
  void aTextOfNegativeLengthIsRefused() {
    var model = LanguageModel.of("abcab", BODY);
    assertThat(model.generate("a", 0)).isEmpty();
    assertThatThrownBy(() -> model.generate("a", -1)).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a length of -1 characters, expected 0 or more");
  }

  /// The command line refused one label, and Java learned it.
  @Test
  void oneLabelIsNothingToTellApart() {
    refused("all labels are \"x\", so that there is nothing to tell apart",
        () -> Outputs.labels(List.of("x", "x")));
    refused("All 2 texts have the label \"x\", so that there is nothing to tell apart",
        () -> Trainer.of(texts).fitTexts(List.of("a", "b"), List.of("x", "x")));
  }

  /// What is said of a model is said in one style, whoever says it.
  @Test
  void messagesOfModelsAreOfOneStyle() {
    try (var engine = Engine.of(1)) {
      var stepper = numbers.stepper(engine, 1);
      var failures = new ArrayList<Throwable>();
      for (var call : List.<ThrowingCallable>of(
          () -> stepper.step(1, stepper.initial(), new float[3], stepper.initial()),
          () -> texts.stepper().step(new float[2], texts.stepper().initial(), new float[2],
              texts.stepper().initial()),
          () -> numbers.predictor().predict("a"),
          () -> numbers.predictor().predict(1, 2),
          () -> texts.predictor().predict(new float[][] {{1, 2}}))) {
        var thrown = catchThrowable(call);
        assertThat(thrown).isNotNull();
        failures.add(thrown);
      }
      assertThat(failures).allSatisfy(
          failure -> assertThat(failure.getMessage()).startsWith("the model ").doesNotEndWith("."));
    }
  }

  /// The first output of a stepper was shown as a probability, and was a logit.
  @Test
  void aStepperGivesTheProbabilitiesOfThePredictor() {
    for (var outputs : List.of(Outputs.classes(3), Outputs.bits(3), Outputs.numbers(3))) {
      var model = SequenceToVector.of(Inputs.features(2), BODY, outputs);
      var stepper = model.stepper();
      var states = stepper.<Integer>newStates();
      float[] expected = model.predictor().predict(new float[][] {{0.5f, -1}});
      int n = 130; // more than are turned at once
      var keys = IntStream.range(0, n).boxed().toList();
      var x = new float[2 * n];
      var y = new float[3 * n];
      for (int i = 0; i < n; i++) {
        x[2 * i] = 0.5f;
        x[2 * i + 1] = -1;
      }
      stepper.step(states, keys, x, y);
      assertThat(stepper.probabilities(y)).isSameAs(y);
      for (int i = 0; i < n; i++) {
        assertThat(Arrays.copyOfRange(y, 3 * i, 3 * i + 3)).containsExactly(expected,
            within(1e-6f));
      }
      assertThatThrownBy(() -> stepper.probabilities(new float[4]))
          .hasMessage("y has 4 numbers, expected 3 for each step");
    }
  }

  /// It was "64,8 %" where people write so.
  @Test
  void aPredictionIsWrittenTheSameEverywhere() {
    var before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(new Prediction("a", 0.648, new LinkedHashMap<>()))
          .hasToString("a (64.8 %)");
    } finally {
      Locale.setDefault(before);
    }
  }
}
