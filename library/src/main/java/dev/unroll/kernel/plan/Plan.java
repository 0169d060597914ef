package dev.unroll.kernel.plan;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Cell.Shapes;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Size;
import dev.unroll.expr.graph.StepGraph;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A plan: how a cell is computed over a sequence, for any sizes: what is computed before, in and
/// after the time loop, and where every value is stored. [#toString] is a readable form.
///
/// @param cell the cell
/// @param parameters the parameters in the order in which they are stored; stacked ones are
///     adjacent
/// @param buffers all memory, in the order in which it is planned
/// @param overlays the buffers that have no memory of their own, and for each the place in another
///     one where its first column is: its values are computed when the old ones there are no longer
///     read
/// @param input where `x` is read, given by the caller
/// @param output where the output is written
/// @param states for each state its values before and after each step
/// @param masks for each mask where it is read
/// @param given for each step mask and step number where it is read
/// @param forward the forward pass
/// @param gradient the backward pass, null in a plan for inference
/// @param trace where the values of the equations are kept, null in a plan that does not trace
public record Plan(
    Cell cell,
    List<Parameter> parameters,
    List<Buffer> buffers,
    Map<Buffer, Place> overlays,
    Buffer input,
    Place output,
    SequencedMap<String, Buffer> states,
    SequencedMap<String, Buffer> masks,
    SequencedMap<String, Buffer> given,
    Pass forward,
    @Nullable Gradient gradient,
    @Nullable Trace trace) {

  /// A parameter matrix `[rows, columns]`, or a vector with `columns` = [Size#ONE].
  ///
  /// @param columns the size of each vector that the matrix is multiplied by: two for `W [x; h]`
  /// @param heads the number of blocks of a block-diagonal matrix, of which only these are stored,
  ///     one under another: `[rows, columns / heads]`; else 1
  public record Parameter(String name, Size rows, List<Size> columns, int heads) {

    /// Copies its list.
    public Parameter {
      columns = List.copyOf(columns);
    }

    /// A full matrix, or a vector.
    public Parameter(String name, Size rows, List<Size> columns) {
      this(name, rows, columns, 1);
    }

    /// The columns that are stored, those of a head.
    public int stored(Dimensions sizes) {
      return sizes.of(columns) / heads;
    }

    /// Whether it is a vector.
    public boolean isVector() {
      return columns.equals(List.of(Size.ONE));
    }

    /// The names of its blocks of columns in stages.
    public List<String> blocks() {
      return new Shapes.Matrix(rows, columns).blocks(name);
    }
  }

  /// Back-propagation through time.
  ///
  /// @param arriving where the gradient of the output is read, given by the caller
  /// @param input where the gradient of `x` is written
  /// @param states for each state the gradients of its values; slot t for the value before step t
  /// @param backward the pass in reverse time
  /// @param matrices the products that give the weight gradients, over all steps
  /// @param vectors the sums that give the vectors' gradients, over all steps
  public record Gradient(
      Buffer arriving,
      Place input,
      SequencedMap<String, Buffer> states,
      Pass backward,
      List<MatrixGradient> matrices,
      List<VectorGradient> vectors) {

    /// Copies its collections.
    public Gradient {
      states = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(states));
      matrices = List.copyOf(matrices);
      vectors = List.copyOf(vectors);
    }
  }

  /// The places of all values of a cell after a pass, each in a buffer of its own.
  ///
  /// @param values for each equation, in order, its value at every step
  /// @param gradients for each equation the gradient of its value at every step; empty in a plan
  ///     that only infers
  public record Trace(
      SequencedMap<String, Place> values, SequencedMap<String, Place> gradients) {

    /// Copies its maps.
    public Trace {
      values = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(values));
      gradients = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(gradients));
    }
  }

  /// `d stack += Σ over steps and samples of adjoint ⊗ operand`
  public record MatrixGradient(StackedMatrices stack, Place adjoint, Place operand) {}

  /// `d vector += Σ over all rows of adjoint`, which are the steps and samples, or sums over steps
  public record VectorGradient(String vector, Place adjoint) {}

  /// Copies its collections.
  public Plan {
    parameters = List.copyOf(parameters);
    buffers = List.copyOf(buffers);
    overlays = Collections.unmodifiableMap(new LinkedHashMap<>(overlays));
    states = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(states));
    masks = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(masks));
    given = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(given));
  }

  /// The plan of a cell's forward pass.
  public static Plan inference(Cell cell) {
    return new Planner(cell, StepGraph.of(cell), false).plan();
  }

  /// The plan of a cell's forward and backward passes. The backward pass overwrites what the
  /// forward pass kept for it, so each needs a forward pass before it.
  public static Plan training(Cell cell) {
    return InPlace.of(repeatable(cell));
  }

  /// Like [#training], for a backward pass that can be repeated after one forward pass; it takes
  /// more memory.
  public static Plan repeatable(Cell cell) {
    return new Planner(cell, StepGraph.of(cell), true).plan();
  }

  /// The plan of a cell's passes that keeps the value of every equation at every step, and its
  /// gradient. The results have the same bits as without tracing.
  ///
  /// @param training whether there is a backward pass
  public static Plan traced(Cell cell, boolean training) {
    return new Planner(cell, StepGraph.tracing(cell), training).plan();
  }

  @Override
  public String toString() {
    var text = new StringBuilder("plan of " + cell.name() + "\nmemory\n");
    buffers.forEach(b -> text.append("  ").append(b)
        .append(overlays.containsKey(b) ? " in " + overlays.get(b) : "").append('\n'));
    text.append("forward\n").append(forward);
    if (gradient != null) {
      text.append("backward\n").append(gradient.backward()).append("  gradients\n");
      gradient.matrices().forEach(m -> text.append("      d").append(m.stack()).append(" += ")
          .append(m.adjoint()).append("ᵀ · ").append(m.operand()).append('\n'));
      gradient.vectors().forEach(v -> text.append("      d").append(v.vector()).append(" += sum ")
          .append(v.adjoint()).append('\n'));
    }
    return text.toString();
  }
}
