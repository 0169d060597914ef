package dev.unroll.train;

import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import dev.unroll.model.loss.Score;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;

/// The progress of a run: what a checkpoint has besides weights, optimizer arrays and states.
///
/// @param epoch the number of complete epochs
/// @param batch the number of batches of the current epoch that are done
/// @param step the number of steps done
/// @param score of the batches of the current epoch
/// @param best the validation loss of the best epoch so far, infinite before the first has ended
/// @param merit of that epoch, according to the [Monitor]; −∞ before
/// @param worse epochs since then
/// @param losses of all validations, the first one first
/// @param learningRate from which the schedule goes, without its warm-up, in place of that of the
///     recipe; NaN if it was never changed
record Progress(int epoch, int batch, long step, Score score, double best,
    double merit, int worse, List<Double> losses, double learningRate) {

  static final Progress START =
      new Progress(0, 0, 0, Score.NONE, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0,
          List.of(), Double.NaN);

  /// The progress after another step.
  Progress withStep(int batches, Score score) {
    return new Progress(
        epoch, batch + batches, step + 1, this.score.plus(score), best, merit, worse, losses,
        learningRate);
  }

  /// The progress after an epoch was validated.
  Progress withEpoch(Validation validation) {
    double loss = validation.score().mean();
    double now = validation.merit();
    boolean better = validation.last() || now > merit || now == merit && loss < best;
    return new Progress(epoch + 1, 0, step, Score.NONE, better ? loss : best,
        better ? now : merit, better ? 0 : worse + 1,
        Stream.concat(losses.stream(), Stream.of(loss)).toList(), learningRate);
  }

  /// The same with another learning rate from which the schedule goes from the next step on.
  Progress withLearningRate(double rate) {
    return new Progress(epoch, batch, step, score, best, merit, worse, losses, rate);
  }

  SequencedMap<String, Object> fields() {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("epoch", epoch);
    fields.put("chunk", batch);
    fields.put("step", step);
    fields.put("lossSum", score.loss());
    fields.put("characters", score.count());
    fields.put("right", score.right());
    if (best != Double.POSITIVE_INFINITY) {
      fields.put("best", best);
    }
    if (Double.isFinite(merit) && merit != -best) { // of the loss it says nothing new
      fields.put("merit", merit);
    }
    fields.put("worse", worse);
    fields.put("losses", losses);
    if (!Double.isNaN(learningRate)) {
      fields.put("learningRate", learningRate);
    }
    return fields;
  }

  /// @param source the file, for messages
  static Progress of(JsonFields fields, String source) throws FormatException {
    var score = new Score(fields.number("lossSum"), fields.longInteger("characters"),
        fields.has("right") ? fields.longInteger("right") : 0);
    double best = fields.has("best") ? fields.number("best") : Double.POSITIVE_INFINITY;
    var progress = new Progress(fields.integer("epoch"), fields.integer("chunk"),
        fields.longInteger("step"), score,
        // Earlier versions chose by the loss.
        best, fields.has("merit") ? fields.number("merit") : -best,
        fields.integer("worse"), fields.has("losses") ? fields.numbers("losses") : List.of(),
        fields.has("learningRate") ? fields.number("learningRate") : Double.NaN);
    if (progress.epoch < 0 || progress.batch < 0 || progress.step < 0) {
      throw new FormatException("%s: the progress %s is negative; the checkpoint is damaged"
          .formatted(source, progress));
    }
    return progress;
  }
}
