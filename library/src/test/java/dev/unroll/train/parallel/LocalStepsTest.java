package dev.unroll.train.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.data.Batches;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.Model;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingException;
import dev.unroll.train.TrainingListener;
import dev.unroll.train.TrainingSession;
import dev.unroll.train.clipping.Clipping;
import dev.unroll.train.optimizer.Optimizer;
import dev.unroll.train.optimizer.OuterStep;
import dev.unroll.train.parallel.ReductionTest.Kind;
import dev.unroll.train.parallel.ReductionTest.Lost;
import dev.unroll.train.schedule.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Replicas that train on their own and come together every few steps end with the same bits,
/// whoever trains which.
class LocalStepsTest {

  /// With 3 steps an epoch, the second synchronization is that of its end.
  private static Recipe recipe() {
    return Recipe.of(3).learningRate(0.01).shards(8).accumulate(2).syncEvery(2);
  }

  private static TrainingSession session(Kind kind, Model model, Recipe recipe, Engine engine,
      @Nullable Reduction reduction, Path folder, boolean resume) throws IOException {
    var trainer = Trainer.of(model).recipe(recipe).engine(engine).reduction(reduction)
        .folder(folder);
    var session = resume ? trainer.resume(kind.train(), kind.train())
        : trainer.session(kind.train(), kind.train());
    session.checkpointSteps(2);
    return session;
  }

  private static float[] trained(Kind kind, @Nullable Reduction reduction, Path folder,
      boolean resume) throws IOException {
    var model = kind.model();
    try (var engine = Engine.of(1)) {
      session(kind, model, recipe(), engine, reduction, folder, resume)
          .fit(TrainingListener.SILENT);
    }
    return model.parameters().values();
  }

  @ParameterizedTest
  @EnumSource
  void anyNumberOfMembersEndsWithTheSameBits(Kind kind, @TempDir Path folder) throws Exception {
    var alone = Files.createDirectory(folder.resolve("alone"));
    var expected = trained(kind, null, alone, false);
    for (int count : new int[] {1, 2, 4, 7}) {
      var together = Files.createDirectory(folder.resolve("members" + count));
      for (var values : ReductionTest.members(count, r -> trained(kind, r, together, false))) {
        assertThat(values).as("%d members", count).containsExactly(expected);
      }
      for (var file : List.of("model.safetensors", "checkpoint.safetensors")) {
        assertThat(together.resolve(file)).hasSameBinaryContentAs(alone.resolve(file));
      }
    }
  }

  /// What was lost with a member is computed again by those that go on, fewer or more.
  @ParameterizedTest
  @ValueSource(ints = {2, 5})
  void aJobGoesOnAfterALostMember(int members, @TempDir Path folder) throws Exception {
    var kind = Kind.LANGUAGE_MODEL;
    var alone = Files.createDirectory(folder.resolve("alone"));
    var expected = trained(kind, null, alone, false);
    var together = Files.createDirectory(folder.resolve("together"));
    var ends = ReductionTest.members(3, reduction -> {
      var lost = reduction.member() == 2 ? new Lost(reduction, 3) : reduction;
      try {
        trained(kind, lost, together, false);
        return "no end";
      } catch (IOException e) {
        reduction.close();
        return e.getMessage();
      }
    });
    assertThat(ends.get(0)).contains(" is lost in step ");
    for (var values : ReductionTest.members(members, r -> trained(kind, r, together, true))) {
      assertThat(values).containsExactly(expected);
    }
    assertThat(together.resolve("checkpoint.safetensors"))
        .hasSameBinaryContentAs(alone.resolve("checkpoint.safetensors"));
  }

  /// Stopped in each step that a listener hears of, a run ends where its replicas come together,
  /// and goes on from there.
  @ParameterizedTest
  @ValueSource(strings = {"adam", "momentum(0.5) decay(0.1)", "sgd average(1)"})
  void aRunThatIsStoppedGoesOnWithTheSameBits(String optimizer, @TempDir Path folder)
      throws IOException {
    var kind = Kind.CLASSIFIER;
    var recipe = recipe().epochs(5).accumulate(1).syncEvery(3)
        .optimizer(Optimizer.parse(optimizer)).schedule(Schedule.parse("plateau(0.5, 1)"))
        .patience(4);
    var whole = Files.createDirectory(folder.resolve("whole"));
    var parts = Files.createDirectory(folder.resolve("parts"));
    try (var engine = Engine.of(1)) {
      session(kind, kind.model(), recipe, engine, null, whole, false)
          .fit(TrainingListener.SILENT);
      var session = session(kind, kind.model(), recipe, engine, null, parts, false);
      int resumed = 0;
      while (!session.finished()) {
        long before = session.step();
        session.stop();
        session.fit(TrainingListener.SILENT);
        assertThat(session.step() - before).isIn(0L, 2L, 3L);
        session = session(kind, kind.model(), recipe, engine, null, parts, true);
        resumed++;
      }
      assertThat(resumed).isGreaterThan(5);
      assertThat(parts.resolve("checkpoint.safetensors"))
          .hasSameBinaryContentAs(whole.resolve("checkpoint.safetensors"));
      assertThat(parts.resolve("model.safetensors"))
          .hasSameBinaryContentAs(whole.resolve("model.safetensors"));
    }
  }

  /// The mean of replicas that took one step of plain descent each is a step with the mean of their
  /// gradients: weighted by what counts, as the last batch of an epoch has shards with few
  /// examples, and one without.
  @ParameterizedTest
  @EnumSource(names = {"CLASSIFIER", "LANGUAGE_MODEL"})
  void oneLocalStepOfPlainDescentIsASynchronousStep(Kind kind) throws IOException {
    var recipe = Recipe.of(3).learningRate(0.5).optimizer(Optimizer.sgd()).shards(8)
        .schedule(Schedule.constant()).clipping(Clipping.NONE);
    var synchronous = trained(kind.model(), kind.train(), recipe);
    var local = trained(kind.model(), kind.train(), recipe.outer(1, 0).syncEvery(1));
    assertThat(local).containsExactly(synchronous, within(1e-5f));
    assertThat(synchronous).isNotEqualTo(kind.model().parameters().values());
    var apart = trained(kind.model(), kind.train(), recipe.outer(1, 0).syncEvery(4));
    assertThat(distance(apart, synchronous)).isGreaterThan(1e-4);
  }

  /// The equations of [OuterStep], from replicas that were trained one by one.
  @Test
  void replicasComeTogetherByNesterovMomentum() throws IOException {
    var symbols = new int[401];
    for (int i = 0; i < symbols.length; i++) {
      symbols[i] = i * i % 7;
    }
    // 2 streams of 200 steps in 4 batches; two shards, so each replica has one of the streams.
    var inner = Recipe.of(2).optimizer(Optimizer.sgd()).learningRate(0.3)
        .schedule(Schedule.constant()).clipping(Clipping.norm(0.1));
    var model = LanguageModel.of(7, Gru.cell(), 6);
    var w = model.parameters().values().clone();
    var v = new float[w.length];
    for (int round = 0; round < 2; round++) {
      var mean = new double[w.length];
      for (int s = 0; s < 2; s++) {
        var stream = Arrays.copyOfRange(symbols, 200 * s, 200 * s + 201);
        var replica = LanguageModel.of(7, Gru.cell(), 6);
        System.arraycopy(w, 0, replica.parameters().values(), 0, w.length);
        trained(replica, Batches.text(stream, 1, 50), inner.epochs(1));
        for (int i = 0; i < w.length; i++) {
          mean[i] += (w[i] - replica.parameters().values()[i]) / 2;
        }
      }
      for (int i = 0; i < w.length; i++) {
        v[i] = (float) (0.9 * v[i] + mean[i]);
        w[i] -= (float) (0.7 * (mean[i] + 0.9 * v[i]));
      }
    }
    trained(model, Batches.text(symbols, 2, 50), inner.shards(2).syncEvery(100));
    assertThat(model.parameters().values()).containsExactly(w, within(1e-5f));
  }

  private static float[] trained(Model model, Batches train, Recipe recipe) throws IOException {
    try (var engine = Engine.of(1)) {
      Trainer.of(model).recipe(recipe).engine(engine).session(train, null)
          .fit(TrainingListener.SILENT);
    }
    return model.parameters().values();
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }

  /// Each member says so, instead of waiting for one that has gone: the one whose replica failed
  /// with what failed.
  @Test
  void allMembersEndWhenAReplicaIsNoLongerFinite() throws Exception {
    var recipe = Recipe.of(50).learningRate(900).shards(4).syncEvery(5).clipping(Clipping.NONE)
        .optimizer(Optimizer.momentum(0.99)).schedule(Schedule.constant());
    var ends = ReductionTest.members(2, reduction -> {
      try (var engine = Engine.of(1)) {
        var target = Values.Features.of(reduction.member() == 0 ? 1 : 3e38f);
        var model = SequenceToVector.of(Inputs.features(3), RecurrentStack.of(Gru.cell(), 4),
            Pooling.LAST, Outputs.numbers(1), 2);
        Trainer.of(model).recipe(recipe).engine(engine).reduction(reduction)
            .session(Batches.of(Collections.nCopies(40,
                new Example(new Values.Features(new float[6], 3), target)), 4, 1), null)
            .fit(TrainingListener.SILENT);
        return "no end";
      } catch (TrainingException e) {
        return String.valueOf(e.getMessage());
      }
    });
    assertThat(ends.getFirst()).isEqualTo("step 5: the loss or the gradients of a shard that "
        + "another member computes are not finite; try a lower learning rate or stronger clipping");
    assertThat(ends.getLast()).startsWith("step 1: the loss is ")
        .contains("the norm of the gradients");
  }

  @Test
  void settingsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> Recipe.of(1).syncEvery(-1))
        .hasMessage("replicas are synchronized every -1 steps, expected at least 1, or 0 for no "
            + "replicas");
    assertThatThrownBy(() -> Recipe.of(1).outer(0, 0.9))
        .hasMessage("the rate of the outer step is 0.0, expected a number above 0 and below 1000, "
            + "such as 0.7");
    assertThatThrownBy(() -> OuterStep.parse("momentum(1)"))
        .hasMessageStartingWith("the momentum of the outer step is 1.0");
    assertThatThrownBy(() -> OuterStep.parse("nesterov(0.9)"))
        .hasMessage("'nesterov(0.9)' is nothing of an outer step; expected rate(0.7) or "
            + "momentum(0.9)");
    for (var text : List.of("rate(0.7) momentum(0.9)", "rate(1) momentum(0)")) {
      assertThat(OuterStep.parse(text)).hasToString(text);
    }
  }
}
