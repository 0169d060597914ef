package dev.unroll.expr;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.text.CellFile;
import dev.unroll.expr.text.CellParser;
import dev.unroll.expr.text.LatexPrinter;
import dev.unroll.expr.text.TextPrinter;
import dev.unroll.expr.text.Writable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A recurrent cell: its equations in the order in which they are computed in one time step.
///
/// ```
/// f  = σ(Wf x + Uf h + bf)
/// n  = tanh(Wn x + Un (f * h) + bn)
/// h' = (1 - f) * h + f * n
/// ```
///
/// A cell is checked when it is made: every name and number can be written as text, names are
/// defined, each state is updated once, sizes fit. It is immutable and may be shared between
/// threads.
///
/// A name is a letter, then letters, digits, `_`, subscripts or accents, and not a word of the
/// language (`x`, `tanh`, `out`…). A cell has at most 500 equations, 5,000 parts and 100 levels in
/// one expression.
///
/// @param name the name of the cell: at most 64 letters, digits, `-`, `_`
/// @param equations the lines, in the order of computation
/// @param output the output of the layer: the name of an equation, `h'` by default
/// @param sizes for names of states or values whose size has a name of its own (`size h = P`); all
///     others follow from the equations, and are `H` by default
/// @param initializers initializers of named parameters; the others are initialized by their role
/// @param starts for names of states what they are before the first step: a number or a parameter
///     vector; the others are zero
/// @param heads for names of matrices their number of heads, 2 or more: the matrix is
///     block-diagonal, a block for each head, and only the blocks are parameters; the others are
///     full
public record Cell(
    String name,
    List<Equation> equations,
    String output,
    SequencedMap<String, String> sizes,
    SequencedMap<String, Initializer> initializers,
    SequencedMap<String, Expr> starts,
    SequencedMap<String, Integer> heads) {

  /// @throws CellException if the cell is not well formed
  public Cell {
    requireNonNull(name, "name");
    requireNonNull(output, "output");
    equations = List.copyOf(requireNonNull(equations, "equations"));
    sizes = copy(requireNonNull(sizes, "sizes"));
    initializers = copy(requireNonNull(initializers, "initializers"));
    starts = copy(requireNonNull(starts, "starts"));
    requireNonNull(heads, "heads");
    Writable.check(name, equations, output, sizes, initializers, starts, heads);
    shapes(name, equations, output, sizes, initializers, starts, heads);
    var several = new LinkedHashMap<>(heads);
    several.values().removeIf(n -> n == 1);
    heads = Collections.unmodifiableSequencedMap(several);
    FiniteConstants.require(name, equations);
  }

  /// A cell whose matrices are full.
  public Cell(
      String name,
      List<Equation> equations,
      String output,
      SequencedMap<String, String> sizes,
      SequencedMap<String, Initializer> initializers,
      SequencedMap<String, Expr> starts) {
    this(name, equations, output, sizes, initializers, starts, new LinkedHashMap<>());
  }

  /// A cell whose matrices are full and whose states begin at zero.
  public Cell(
      String name,
      List<Equation> equations,
      String output,
      SequencedMap<String, String> sizes,
      SequencedMap<String, Initializer> initializers) {
    this(name, equations, output, sizes, initializers, new LinkedHashMap<>());
  }

  /// A cell with the output `h'`, in which all vectors but `x` have size `H`.
  public Cell(String name, List<Equation> equations) {
    this(name, equations, "h'", new LinkedHashMap<>(), new LinkedHashMap<>());
  }

  /// Parses a cell (see `docs/notation.md`).
  ///
  /// @param name the name of the cell; messages begin with it
  /// @throws CellException with line, column, what was expected and a caret
  public static Cell parse(String name, String text) {
    requireNonNull(name, "name");
    return CellParser.parse(name, name, requireNonNull(text, "text"));
  }

  /// Parses a cell named `cell`.
  ///
  /// @throws CellException with line, column, what was expected and a caret
  public static Cell parse(String text) {
    return parse("cell", text);
  }

  /// Reads a cell from a file in UTF-8, named like the file without its extension: `my` for
  /// `my.cell`.
  ///
  /// @throws IOException if the file cannot be read, saying why
  /// @throws CellException if its content or name is not valid for a cell
  public static Cell read(Path file) throws IOException {
    return CellFile.read(requireNonNull(file, "file"));
  }

  /// The shapes of all names; computed at each call.
  public Shapes shapes() {
    return shapes(name, equations, output, sizes, initializers, starts, heads);
  }

  private static Shapes shapes(
      String cell,
      List<Equation> equations,
      String output,
      Map<String, String> sizes,
      Map<String, Initializer> initializers,
      Map<String, Expr> starts,
      Map<String, Integer> heads) {
    return new ShapeInference(cell, equations).infer(output, sizes, initializers, starts, heads);
  }

  /// Warnings for a well-formed cell, a sentence each: equations that nothing uses, whose
  /// parameters never learn, and an output that does not depend on x. Empty for most cells; the
  /// command line prints them when it reads a cell.
  public List<String> remarks() {
    return Remarks.of(this);
  }

  /// The names of the states, in the order in which they are updated.
  public List<String> states() {
    return equations.stream().filter(Equation::updatesState).map(Equation::baseName).toList();
  }

  /// The same cell with another initializer of a parameter.
  ///
  /// @throws CellException if the cell has no such parameter
  public Cell initializer(String parameter, Initializer initializer) {
    var changed = new LinkedHashMap<>(initializers);
    changed.put(requireNonNull(parameter, "parameter"),
        requireNonNull(initializer, "initializer"));
    return new Cell(name, equations, output, sizes, changed, starts, heads);
  }

  /// The same cell with another start of a state: `Expr.Constant` or `Expr.Vector`, a parameter.
  ///
  /// @throws CellException if the cell has no such state, or the start is neither
  public Cell start(String state, Expr start) {
    var changed = new LinkedHashMap<>(starts);
    changed.put(requireNonNull(state, "state"), requireNonNull(start, "start"));
    return new Cell(name, equations, output, sizes, initializers, changed, heads);
  }

  /// The same cell with another number of heads of a matrix; 1 for a full matrix.
  ///
  /// @throws CellException if the cell has no such matrix, or it is multiplied by a list of vectors
  public Cell heads(String matrix, int n) {
    var changed = new LinkedHashMap<>(heads);
    changed.put(requireNonNull(matrix, "matrix"), n);
    return new Cell(name, equations, output, sizes, initializers, starts, changed);
  }

  /// The same cell with a number of heads of all matrices that have H rows and H columns: those of
  /// states, `U h`.
  ///
  /// @throws CellException if there is no such matrix, or n is below 1
  public Cell heads(int n) {
    var changed = new LinkedHashMap<>(heads);
    shapes().matrices().forEach((matrix, shape) -> {
      if (shape.rows().equals(Size.HIDDEN) && shape.columns().equals(List.of(Size.HIDDEN))) {
        changed.put(matrix, n);
      }
    });
    if (changed.isEmpty()) {
      throw new CellException(
          "Cell %s has no matrix with H rows and H columns to divide into heads; expected one "
              .formatted(name) + "such as U in U h",
          null);
    }
    return new Cell(name, equations, output, sizes, initializers, starts, changed);
  }

  /// The same cell by another name.
  ///
  /// @throws CellException if it cannot be the name of a cell
  public Cell named(String name) {
    return new Cell(name, equations, output, sizes, initializers, starts, heads);
  }

  /// The same cell with other equations.
  ///
  /// @throws CellException if it is not well formed
  public Cell equations(List<Equation> equations) {
    return new Cell(name, equations, output, sizes, initializers, starts, heads);
  }

  /// The cell as text that [#parse] reads back to an equal cell; the last line ends with a line
  /// break too.
  @Override
  public String toString() {
    return TextPrinter.print(equations, output, sizes, initializers, starts, heads);
  }

  /// The equations as a LaTeX `align*` block; it needs the package amsmath.
  public String latex() {
    return LatexPrinter.print(this);
  }

  private static <V> SequencedMap<String, V> copy(Map<String, V> map) {
    return Collections.unmodifiableSequencedMap(new LinkedHashMap<>(map));
  }

  /// The symbolic shapes of all names in a cell, inferred from its equations: the operands of
  /// element-wise operations have one size, `W a` has as many columns as `a` has elements and
  /// `W [a; b]` as both together, `x` has size `F`, and undetermined sizes are `H`.
  ///
  /// @param matrices parameter matrices, in order of appearance
  /// @param vectors parameter vectors, in order of appearance
  /// @param masks masks, in order of appearance
  /// @param given step masks and step numbers, given for each step and sample, in order of
  ///     appearance; step numbers have size 1
  /// @param states states, in the order in which they are updated
  /// @param values the left-hand sides, states with their prime
  /// @param output the size of the layer's output
  public record Shapes(
      SequencedMap<String, Matrix> matrices,
      SequencedMap<String, Size> vectors,
      SequencedMap<String, Size> masks,
      SequencedMap<String, Size> given,
      SequencedMap<String, Size> states,
      SequencedMap<String, Size> values,
      Size output) {

    /// A parameter matrix, `[rows, columns]`; with N heads it has N blocks
    /// `[rows / N, columns / N]`, which lie one under another: `[rows, columns / N]`.
    ///
    /// @param columns the size of each vector that it is multiplied by at once: one for `W x`, two
    ///     for `W [x; h]`, which has F + H columns
    /// @param heads 1 for a full matrix
    public record Matrix(Size rows, List<Size> columns, int heads) {
      /// Copies its list.
      public Matrix {
        columns = List.copyOf(columns);
      }

      /// A full matrix.
      public Matrix(Size rows, List<Size> columns) {
        this(rows, columns, 1);
      }

      /// The columns that are stored, those of a head.
      public int stored(Dimensions sizes) {
        return sizes.of(columns) / heads;
      }

      /// A matrix that is multiplied by one vector.
      public Matrix(Size rows, Size columns) {
        this(rows, List.of(columns));
      }

      /// The names of the blocks of columns of the matrix `name` in graphs and plans ([#block]).
      public List<String> blocks(String name) {
        return IntStream.rangeClosed(1, columns.size())
            .mapToObj(i -> block(name, i, columns.size())).toList();
      }
    }

    /// The name, in graphs and plans, of block `i` of the columns of a matrix that is multiplied by
    /// `count` vectors, each with a block of its own: `W` if there is one, else `W[1]`, `W[2]`,
    /// which cannot be names of parameters.
    public static String block(String matrix, int i, int count) {
      return count == 1 ? matrix : matrix + "[" + i + "]";
    }

    /// What is wrong with sizes that are no multiples of the heads of a matrix, as a sentence
    /// without its end; null if nothing is.
    public @Nullable String headsProblem(Dimensions sizes) {
      for (var entry : matrices.entrySet()) {
        var matrix = entry.getValue();
        for (var size : List.of(matrix.rows(), matrix.columns().getFirst())) {
          int n = sizes.of(size);
          if (matrix.heads() > 1 && n % matrix.heads() != 0) {
            return ("the matrix %s has %d heads and %d %s, expected a multiple of %d; choose"
                + " another %s, or another number of heads").formatted(entry.getKey(),
                    matrix.heads(), n,
                    size.equals(matrix.rows()) ? "rows" : "columns", matrix.heads(), size);
          }
        }
      }
      return null;
    }

    /// All names of sizes besides `F`, `H` and 1, in order of appearance.
    public List<String> namedSizes() {
      var found = new LinkedHashMap<String, Size>();
      states.values().forEach(s -> found.put(s.name(), s));
      values.values().forEach(s -> found.put(s.name(), s));
      return found.values().stream()
          .filter(s -> !s.equals(Size.ONE) && !s.equals(Size.INPUT) && !s.equals(Size.HIDDEN))
          .map(Size::name)
          .toList();
    }
  }
}
