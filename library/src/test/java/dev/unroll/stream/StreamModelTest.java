package dev.unroll.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.data.DataException;
import dev.unroll.data.Scaling;
import dev.unroll.data.Tokens;
import dev.unroll.format.FormatException;
import dev.unroll.layer.Merge;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.onnx.OnnxExport;
import dev.unroll.tensor.CounterRandom;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Events of keys in batches of any size get what a stepper gives each key alone.
class StreamModelTest {
  private static final CounterRandom RANDOM = CounterRandom.of(11).stream("events");
  private static final int KEYS = 23;

  private static SequenceToVector classifier() {
    return SequenceToVector.of(
        Inputs.features(3).scaled(new Scaling(new double[] {1, 2, 3}, new double[] {2, 2, 4})),
        RecurrentStack.of(Lstm.cell(), 5).layers(2), Pooling.LAST,
        Outputs.labels(List.of("no", "yes", "perhaps")), 7);
  }

  private record Event(int key, float[] x) {}

  private static List<Event> events(int count, int features) {
    var events = new ArrayList<Event>();
    for (int i = 0; i < count; i++) {
      var x = new float[features];
      RANDOM.uniforms(i, x, 0, features);
      events.add(new Event((int) (KEYS * RANDOM.uniform(i, 99)), x));
    }
    return events;
  }

  /// In rounds: an event of a key that is in the batch goes into the next one.
  private static List<float[]> scored(StreamModel model, List<Event> events, int capacity) {
    var batch = new EventBatch<Event>(model, Features.of(Event::x), BadEvents.FAIL, capacity);
    var states = new KeyState[KEYS];
    var scores = new ArrayList<float[]>();
    var inside = new boolean[KEYS];
    for (int e = 0; e <= events.size(); e++) {
      if (e == events.size() || batch.isFull() || inside[events.get(e).key]) {
        batch.score();
        for (int i = 0; i < batch.size(); i++) {
          scores.add(batch.score(i).toArray());
          inside[batch.event(i).key] = false;
        }
        batch.clear();
      }
      if (e < events.size()) {
        int key = events.get(e).key;
        states[key] = states[key] == null ? model.initial() : states[key];
        assertThat(batch.add(events.get(e), e, states[key])).isNull();
        inside[key] = true;
      }
    }
    return scores;
  }

  @Test
  void aKeyGetsTheBitsThatItGetsAlone() {
    var structure = classifier();
    var model = StreamModel.of(structure);
    assertThat(model.outputs()).containsExactly("no", "perhaps", "yes");
    var events = events(400, 3);
    var stepper = structure.stepper();
    var alone = stepper.<Integer>newStates();
    var one = scored(model, events, 1);
    var many = scored(model, events, 200);
    for (int e = 0; e < events.size(); e++) {
      var expected = stepper.probabilities(
          stepper.step(alone, events.get(e).key, events.get(e).x));
      assertThat(one.get(e)).as("event " + e).containsExactly(expected);
      assertThat(many.get(e)).as("event " + e).containsExactly(expected);
    }
  }

  @Test
  void numbersComeInTheUnitsOfTheData() {
    var structure = SequenceToSequence.of(Inputs.features(2), RecurrentStack.of(Gru.cell(), 4),
        Outputs.numbers(2).scaled(new Scaling(new double[] {100, 5}, new double[] {10, 2})), 3);
    var model = StreamModel.of(structure);
    assertThat(model.outputs()).containsExactly("y0", "y1");
    assertThat(model.features()).containsExactly("x0", "x1");
    var stepper = structure.stepper();
    var events = events(50, 2);
    var alone = stepper.<Integer>newStates();
    var found = scored(model, events, 7);
    for (int e = 0; e < events.size(); e++) {
      assertThat(found.get(e))
          .containsExactly(stepper.step(alone, events.get(e).key, events.get(e).x));
    }
  }

  /// Against the probabilities of the model step by step.
  @Test
  void theSurpriseIsMinusTheLogarithmOfTheProbability() {
    var tokens = Tokens.of(List.of("home", "search", "item", "cart", "pay"));
    var structure = SequenceToSequence.of(Inputs.tokens(tokens), RecurrentStack.of(Gru.cell(), 6),
        Outputs.classes(5).named(tokens), 5);
    var model = StreamModel.of(structure).surprise(2.5);
    assertThat(model.outputs()).containsExactly("surprise", "probability", "alarm");
    var batch = new EventBatch<String>(model, Features.token(token -> token), BadEvents.SKIP, 2);
    var state = model.initial();
    var stepper = structure.stepper();
    var plain = stepper.initial();
    float[] p = null;
    for (var token : List.of("home", "search", "search", "item", "pay", "cart", "home")) {
      assertThat(batch.add(token, 0, state)).isNull();
      batch.score();
      var score = batch.score(0);
      if (p == null) {
        assertThat(score.value("surprise")).isNaN();
        assertThat(score.alarm()).isFalse();
      } else {
        assertThat(score.value("probability")).isEqualTo(p[tokens.number(token)]);
        assertThat((double) score.value("surprise"))
            .isCloseTo(-Math.log(p[tokens.number(token)]) / Math.log(2), within(1e-6));
        assertThat(score.alarm()).isEqualTo(score.value("surprise") > 2.5);
      }
      batch.clear();
      p = new float[5];
      stepper.step(tokens.number(token), plain, p, plain);
      stepper.probabilities(p);
    }
    assertThat(batch.add("elsewhere", 0, state)).contains("elsewhere");
    assertThat(state.events()).isEqualTo(7);
  }

  @Test
  void theThresholdIsExceededByTheShareThatWasAsked() {
    var tokens = Tokens.of(List.of("a", "b", "c"));
    var model = StreamModel.of(SequenceToSequence.of(Inputs.tokens(tokens),
        RecurrentStack.of(Gru.cell(), 4), Outputs.classes(3).named(tokens), 5)).surprise();
    var sequences = new ArrayList<List<String>>();
    for (int s = 0; s < 40; s++) {
      var sequence = new ArrayList<String>();
      for (int t = 0; t < 26; t++) {
        sequence.add(tokens.token((int) (3 * RANDOM.uniform(s, t))));
      }
      sequences.add(sequence);
    }
    double threshold = SurpriseThreshold.of(model, sequences, 0.05);
    var batch = new EventBatch<String>(model.surprise(threshold), Features.token(token -> token),
        BadEvents.FAIL, 1);
    int alarms = 0;
    for (var sequence : sequences) {
      var state = model.initial();
      for (var token : sequence) {
        assertThat(batch.add(token, 0, state)).isNull();
        batch.score();
        alarms += batch.score(0).alarm() ? 1 : 0;
        batch.clear();
      }
    }
    assertThat(alarms).isEqualTo(50); // of 1,000 surprises
    assertThatThrownBy(() -> SurpriseThreshold.of(model, sequences, 1e-4))
        .isInstanceOf(DataException.class)
        .hasMessage("1000 events have a surprise, too few to see one alarm in 10000; bring more, or"
            + " a higher rate");
  }

  /// Written as ONNX, with its states as inputs and outputs, and read back.
  @Test
  void anOnnxModelKeepsItsStates(@TempDir Path folder) throws IOException {
    var structure = SequenceToSequence.of(Inputs.features(3),
        RecurrentStack.of(Lstm.cell(), 5).layers(2), Outputs.numbers(2), 7);
    var file = folder.resolve("model.onnx");
    OnnxExport.of(structure).withStates().write(file);
    var model = StreamModel.load(file);
    assertThat(model.layout().size()).isEqualTo(StreamModel.of(structure).layout().size());
    assertThat(model.features()).hasSize(3);
    assertThat(model.outputs()).hasSize(2);
    var events = events(90, 3);
    var expected = scored(StreamModel.of(structure), events, 70);
    var one = scored(model, events, 1);
    var many = scored(model, events, 70);
    for (int e = 0; e < events.size(); e++) {
      assertThat(one.get(e)).containsExactly(many.get(e));
      assertThat(one.get(e)).containsExactly(expected.get(e), within(1e-5f));
    }
  }

  @Test
  void whatIsSentIsThereOnce() throws Exception {
    var model = StreamModel.of(classifier());
    var first = (StreamModel) sent(model);
    assertThat(first).isEqualTo(model);
    assertThat(sent(model)).isSameAs(first);
    assertThat(sent(ModelSource.of(model))).isInstanceOf(ModelSource.class);
    assertThat(((ModelSource) sent(ModelSource.of(model))).load()).isSameAs(first);
  }

  private static Object sent(Object value) throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }

  /// As the command line takes it: `runs/pumps`.
  @Test
  void theFolderOfATrainingHasAModel(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> StreamModel.load(folder)).hasMessage("the folder %s holds no "
        + "model.safetensors; give a model file or the folder of a training that has ended",
        folder);
    var file = folder.resolve("model.safetensors");
    assertThatThrownBy(() -> ModelSource.file(file.toString()).load()).hasMessage(
        "there is no %s; give a model file or the folder of a training that has ended", file);
    SequenceToVector.of(Inputs.features(3), RecurrentStack.of(Gru.cell(), 4), Pooling.LAST,
        Outputs.numbers(1), 1).save(file);
    assertThat(StreamModel.load(folder)).isEqualTo(StreamModel.load(file));
    assertThat(ModelSource.file(folder.toString()).load()).isEqualTo(StreamModel.load(file));
  }

  @Test
  void aFileIsReadByEachWorkerAndThereOnce(@TempDir Path folder) throws IOException {
    var file = folder.resolve("model.safetensors");
    classifier().save(file);
    var source = ModelSource.file(file.toString());
    var model = source.load();
    assertThat(source.load()).isSameAs(model);
    assertThat(model.version()).matches("[0-9a-f]{16}").isEqualTo(StreamModel.load(file).version());
    SequenceToVector.of(Inputs.features(3), RecurrentStack.of(Lstm.cell(), 5), Pooling.LAST,
        Outputs.labels(List.of("no", "yes", "perhaps")), 8).save(file);
    assertThat(source.load().version()).isNotEqualTo(model.version());
    var bytes = Files.readAllBytes(file);
    bytes[bytes.length - 9] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(source::load).isInstanceOf(FormatException.class);
  }

  @Test
  void whatCannotStepIsRefused() {
    var both = SequenceToVector.of(Inputs.features(3),
        RecurrentStack.of(Gru.cell(), 4).bidirectional(Merge.CONCATENATE), Pooling.LAST,
        Outputs.numbers(1), 1);
    assertThatThrownBy(() -> StreamModel.of(both)).isInstanceOf(DataException.class)
        .hasMessage("the model cannot be used in a stream: the model needs whole sequences and "
            + "cannot be stepped; use layers of one direction: gru(3 → 4), 100 parameters and, "
            + "against time, gru(3 → 4), 100 parameters; dense(8 → 1), 9 parameters");
    var pooled = SequenceToVector.of(Inputs.features(3), RecurrentStack.of(Gru.cell(), 4),
        Pooling.MEAN, Outputs.numbers(1), 1);
    assertThatThrownBy(() -> StreamModel.of(pooled)).hasMessageContaining("use Pooling.LAST");
    assertThatThrownBy(() -> StreamModel.of(classifier()).surprise())
        .hasMessageContaining("reads numbers");
  }

  @Test
  void aLearnedInitialStateBeginsEachKey() {
    var structure = SequenceToSequence.of(Inputs.features(2),
        RecurrentStack.of(Gru.cell(), 4).learnedStart(), Outputs.numbers(1), 3);
    Arrays.fill(structure.parameters().values(), 0.5f);
    var model = StreamModel.of(structure);
    assertThat(model.initial().values()).contains(0.5f)
        .containsExactly(structure.stepper().initial().toArray());
  }
}
