package dev.unroll.spark.training;

import dev.unroll.train.Recipe;
import dev.unroll.train.clipping.Clipping;
import dev.unroll.train.optimizer.Optimizer;
import dev.unroll.train.optimizer.OuterStep;
import dev.unroll.train.schedule.Schedule;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/// A recipe as it travels to the executors: schedule and optimizer are written as words.
record RecipeText(int epochs, double learningRate, String schedule, String optimizer,
    double clipValue, double clipParameter, double clipNorm, int accumulate, int patience,
    int recompute, int shards, int syncEvery, String outer) implements Serializable {

  static RecipeText of(Recipe recipe) {
    var clipping = recipe.clipping();
    return new RecipeText(recipe.epochs(), recipe.learningRate(), recipe.schedule().name(),
        recipe.optimizer().toString(), clipping.value(), clipping.parameter(), clipping.norm(),
        recipe.accumulate(), recipe.patience(), recipe.recompute(), recipe.shards(),
        recipe.outer().every(), recipe.outer().toString());
  }

  /// What the result of a training depends on, by name.
  Map<String, String> settings() {
    var settings = new LinkedHashMap<String, String>();
    settings.put("epochs", String.valueOf(epochs));
    settings.put("learning rate", String.valueOf(learningRate));
    settings.put("schedule", schedule);
    settings.put("optimizer", optimizer);
    settings.put("clipping", "%s/%s/%s".formatted(clipValue, clipParameter, clipNorm));
    settings.put("accumulate", String.valueOf(accumulate));
    settings.put("patience", String.valueOf(patience));
    settings.put("recompute", String.valueOf(recompute));
    settings.put("shards", String.valueOf(shards));
    settings.put("syncEvery", String.valueOf(syncEvery));
    settings.put("outer", outer);
    return settings;
  }

  Recipe recipe() {
    return new Recipe(epochs, learningRate, Schedule.parse(schedule), Optimizer.parse(optimizer),
        new Clipping(clipValue, clipParameter, clipNorm), accumulate, patience, recompute, shards,
        OuterStep.parse(outer).every(syncEvery));
  }
}
