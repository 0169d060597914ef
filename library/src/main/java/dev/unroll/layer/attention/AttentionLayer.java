package dev.unroll.layer.attention;

import dev.unroll.Engine;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Initializer;
import dev.unroll.kernel.Kernels;
import dev.unroll.layer.Attention;
import dev.unroll.layer.initial.Initialization;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.layer.run.Alignment;
import dev.unroll.layer.run.Bounds;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Attention: a query reads the steps of a memory, weighted by how well they match.
///
/// ```
/// α_t = softmax over j of e(s_t, h_j)      c_t = Σ_j α_tj h_j
/// additive   e = v · tanh(W s + U h + b)   Bahdanau, Cho and Bengio 2015, arXiv 1409.0473
/// dot        e = s · h                     Luong, Pham and Manning 2015, arXiv 1508.04025
/// general    e = s · U h                   the same
/// pooling    e = v · tanh(U h + b)         Yang et al. 2016, NAACL: the query v is learned
/// ```
///
/// memory h `[S, B, M]`, queries s `[T, B, Q]`, contexts c `[T, B, M]`. Padded steps of the memory
/// get weight zero. Holds the location of the parameters; an [AttentionRun] computes.
public final class AttentionLayer {

  private static final Cell KEYS_WITH_BIAS = Cell.parse("keys", "y = U x + b\nout y\n");
  private static final Cell KEYS = Cell.parse("keys", "y = U x\nout y\n");
  private static final Cell QUERIES = Cell.parse("queries", "y = W x\nout y\n");

  private final String name;
  private final Attention rule;
  private final int querySize;
  private final int memorySize;
  private final Parameters parameters;
  private final CounterRandom random;
  private final @Nullable Recurrent keys;
  private final @Nullable Recurrent queries;
  private final Parameters.@Nullable Block vector;

  /// Adds the parameters under `name.`; they get their initial values by [#initialize].
  ///
  /// @param querySize Q; unused for pooling
  /// @param memorySize M
  /// @param hidden the size of `W s + U h`; unused for dot and general
  /// @throws IllegalArgumentException if the rule is dot and Q is not M
  public AttentionLayer(String name, Attention rule, int querySize, int memorySize, int hidden,
      Parameters parameters, CounterRandom random) {
    if (rule == Attention.DOT && querySize != memorySize) {
      throw new IllegalArgumentException(
          ("Attention by dot needs queries and memory of one size, but they have %d and %d; take "
              + "the general rule").formatted(querySize, memorySize));
    }
    this.name = name;
    this.rule = rule;
    this.querySize = querySize;
    this.memorySize = memorySize;
    this.parameters = parameters;
    this.random = random.stream(name);
    boolean additive = rule == Attention.ADDITIVE || rule == Attention.POOLING;
    keys = switch (rule) {
      case ADDITIVE, POOLING -> new Recurrent(name + ".keys", KEYS_WITH_BIAS,
          Dimensions.of(memorySize, hidden), parameters, 0, random);
      case GENERAL -> new Recurrent(name + ".keys", KEYS, Dimensions.of(memorySize, querySize),
          parameters, 0, random);
      case DOT -> null;
    };
    queries = rule == Attention.ADDITIVE
        ? new Recurrent(name + ".queries", QUERIES, Dimensions.of(querySize, hidden), parameters, 0,
            random)
        : null;
    vector = additive ? parameters.add(name + ".v", hidden, 1) : null;
  }

  /// Gives the parameters their initial values.
  public void initialize() {
    layers().forEach(Recurrent::initialize);
    if (vector != null) {
      double bound = Math.sqrt(6.0 / (vector.rows() + 1));
      Initialization.fill(new Initializer.Uniform(-bound, bound), vector.all(), parameters.values(),
          random.stream("init"));
    }
  }

  /// The matrix products that it is made of.
  public List<Recurrent> layers() {
    var layers = new ArrayList<Recurrent>();
    if (keys != null) {
      layers.add(keys);
    }
    if (queries != null) {
      layers.add(queries);
    }
    return layers;
  }

  /// Binds it to memory.
  ///
  /// @param memoryTime the largest number of steps of the memory
  /// @param bounds of the queries, whose batch is a multiple of the memory's
  /// @param each how many queries in a row read one sample of the memory; 1 in training
  public AttentionRun run(Engine engine, int memoryTime, Bounds bounds, int each) {
    return new AttentionRun(this, engine, memoryTime, bounds, each);
  }

  String name() {
    return name;
  }

  /// Q, or the size of the learned query if there are no queries.
  int scoreSize() {
    return keys != null ? keys.outputSize() : memorySize;
  }

  int querySize() {
    return querySize;
  }

  /// M.
  public int memorySize() {
    return memorySize;
  }

  boolean hasQueries() {
    return rule != Attention.POOLING;
  }

  @Nullable
  Recurrent keys() {
    return keys;
  }

  @Nullable
  Recurrent queries() {
    return queries;
  }

  /// The scores of a run.
  ///
  /// @param dv gets the gradient of v, for each row of the batch
  Alignment alignment(Kernels kernels, float[] dv) {
    if (vector == null) {
      return new Alignment.Multiplicative(kernels, scoreSize());
    }
    var values = parameters.storage();
    return new Alignment.Additive(kernels, values.lateFloats(), values.place(vector).offset(), dv,
        vector.rows());
  }

  /// Adds the rows of `dv [rows, n]` to the gradient of v, in order.
  void addVectorGradient(float[] dv) {
    if (vector != null) {
      int n = vector.rows();
      for (int row = 0; row < dv.length / n; row++) {
        Alignment.addScaled(1, dv, row * n, parameters.gradients(), vector.offset(), n);
      }
    }
  }

  @Override
  public String toString() {
    return "attention(%s)".formatted(rule.name().toLowerCase(Locale.ROOT));
  }
}
