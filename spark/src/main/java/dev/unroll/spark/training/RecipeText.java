package dev.unroll.spark.training;

import dev.unroll.train.Recipe;
import dev.unroll.train.clipping.Clipping;
import dev.unroll.train.optimizer.Optimizer;
import dev.unroll.train.optimizer.OuterStep;
import dev.unroll.train.schedule.Schedule;
import java.io.Serializable;

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

  Recipe recipe() {
    return new Recipe(epochs, learningRate, Schedule.parse(schedule), Optimizer.parse(optimizer),
        new Clipping(clipValue, clipParameter, clipNorm), accumulate, patience, recompute, shards,
        OuterStep.parse(outer).every(syncEvery));
  }
}
