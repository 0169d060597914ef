package dev.unroll.exchange.torch;

import dev.unroll.exchange.checkpoint.Checkpoint;
import dev.unroll.exchange.checkpoint.CheckpointTensor;
import dev.unroll.exchange.network.ChainMetadata;
import dev.unroll.exchange.network.DenseWeights;
import dev.unroll.exchange.network.ForeignNetwork;
import dev.unroll.exchange.network.RecurrentWeights;
import dev.unroll.exchange.network.Weight;
import dev.unroll.format.FormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A checkpoint with PyTorch's names as a chain: `nn.Embedding`, recurrent modules, `nn.Linear`.
/// Which is which is seen from names, shapes and the order of the tensors.
public final class TorchNetwork {
  private static final String WEIGHT = "weight";
  private static final int MOST_NAMED = 3;
  private static final String BIAS = "bias";
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private final Checkpoint checkpoint;
  private final List<String> remarks = new ArrayList<>();

  private TorchNetwork(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  /// The chain in a checkpoint.
  ///
  /// @param rectified whether `nn.RNN`s have `nonlinearity='relu'`
  /// @throws FormatException if there is no recurrent module, or a tensor does not fit
  public static ForeignNetwork of(Checkpoint checkpoint, boolean rectified)
      throws FormatException {
    try {
      var metadata = checkpoint.metadata();
      return ChainMetadata.applied(new TorchNetwork(checkpoint).network(
          rectified || ChainMetadata.isRectified(metadata)), metadata);
    } catch (FormatException e) {
      throw named(checkpoint, e);
    }
  }

  /// The recurrent module of a path alone.
  ///
  /// @throws FormatException if there is none; names those that there are
  public static List<RecurrentWeights> layers(Checkpoint checkpoint, String path,
      boolean rectified) throws FormatException {
    var prefix = path.isEmpty() || path.endsWith(".") ? path : path + ".";
    var modules = RecurrentModule.in(checkpoint.tensors().values());
    var module = modules.get(prefix);
    if (module == null) {
      throw new FormatException("%s has no recurrent module '%s'; it has %s".formatted(
          checkpoint.source(), path, modules.isEmpty() ? "none"
              : modules.keySet().stream().map(TorchNetwork::shown)
                  .collect(Collectors.joining(", "))));
    }
    try {
      return module.layers(rectified || ChainMetadata.isRectified(checkpoint.metadata()));
    } catch (FormatException e) {
      throw named(checkpoint, e);
    }
  }

  private static FormatException named(Checkpoint checkpoint, FormatException e) {
    return String.valueOf(e.getMessage()).startsWith(checkpoint.source()) ? e
        : new FormatException("%s: %s".formatted(checkpoint.source(), e.getMessage()), e);
  }

  private static String shown(String prefix) {
    return prefix.isEmpty() ? "'' (the whole file)" : prefix.substring(0, prefix.length() - 1);
  }

  private ForeignNetwork network(boolean rectified) throws FormatException {
    for (var tensor : checkpoint.tensors().values()) {
      if (tensor.refusal() != null) {
        throw new FormatException(tensor.refusal() + ", or leave it out (--leave-out)");
      }
    }
    var modules = new ArrayList<>(RecurrentModule.in(checkpoint.tensors().values()).values());
    if (modules.isEmpty()) {
      throw new FormatException("there is no recurrent module, which would have weights called"
          + " weight_ih_l0 and weight_hh_l0; unroll import FILE --list shows what there is");
    }
    if (!checkpoint.isOrdered()) {
      modules.sort((a, b) -> natural(a.prefix()).compareTo(natural(b.prefix())));
    }
    var layers = new ArrayList<RecurrentWeights>();
    for (var module : modules) {
      layers.addAll(module.layers(rectified));
    }
    if (!ChainMetadata.isOwn(checkpoint.metadata())
        && layers.stream().anyMatch(layer -> layer.cell().name().startsWith("rnn"))) {
      remarks.add(rectified ? "nn.RNN is taken to have nonlinearity='relu', as asked"
          : "nn.RNN is taken to have its default, tanh; its weights do not say it");
    }
    var plain = new ArrayList<PlainModule>();
    var unused = new ArrayList<String>();
    plainModules(plain, unused);
    var embedding = embedding(plain, layers.getFirst());
    plain.remove(embedding);
    if (embedding != null && !embedding.isCalledEmbedding()) {
      remarks.add("%s has no bias and is taken to be an nn.Embedding of %d symbols; the model does"
          .formatted(embedding.weight.name(), embedding.weight.size(0))
          + " not fit if it is an nn.Linear with bias=False");
    }
    var dense = output(plain, embedding, layers);
    plain.remove(dense);
    var tied = dense == null && embedding != null ? tiedOutput(embedding, layers.getLast()) : null;
    if (tied != null) {
      unused.remove(tied.c().from().getFirst());
    }
    for (var module : plain) {
      unused.add(module.weight.name());
      if (module.bias != null) {
        unused.add(module.bias.name());
      }
    }
    return new ForeignNetwork(checkpoint.source(),
        embedding == null ? null : Weight.all(embedding.weight), layers,
        dense == null ? tied : dense(dense, embedding), unused, remarks, null);
  }

  /// `cells.10.` behind `cells.9.`.
  private static String natural(String prefix) {
    return NUMBER.matcher(prefix)
        .replaceAll(number -> "0".repeat(Math.max(0, 9 - number.group().length()))
            + number.group());
  }

  /// A module with a matrix: an embedding or a linear layer.
  ///
  /// @param path with its dot
  /// @param beforeRecurrent whether it stands before the first recurrent module
  private record PlainModule(String path, CheckpointTensor weight, @Nullable CheckpointTensor bias,
      boolean beforeRecurrent) {
    boolean isCalledEmbedding() {
      return path.toLowerCase(Locale.ROOT).contains("emb");
    }
  }

  private void plainModules(List<PlainModule> plain, List<String> unused) {
    boolean before = true;
    var tensors = checkpoint.tensors();
    var biases = new ArrayList<String>();
    for (var tensor : tensors.values()) {
      var name = tensor.name();
      if (RecurrentModule.has(name)) {
        before = false;
      } else if (tensor.rank() == 2 && (name.equals(WEIGHT) || name.endsWith("." + WEIGHT))) {
        var path = name.substring(0, name.length() - WEIGHT.length());
        var bias = tensors.get(path + BIAS);
        var fits = bias != null && bias.has(tensor.size(0)) ? bias : null;
        plain.add(new PlainModule(path, tensor, fits, before));
        if (fits != null) {
          biases.add(fits.name());
        }
      } else {
        unused.add(name);
      }
    }
    unused.removeAll(biases);
  }

  private @Nullable PlainModule embedding(List<PlainModule> plain, RecurrentWeights first)
      throws FormatException {
    var candidates = plain.stream()
        .filter(m -> m.bias == null && m.weight.size(1) == first.inputs()).toList();
    var called = candidates.stream().filter(PlainModule::isCalledEmbedding).toList();
    if (called.size() == 1) {
      return called.getFirst();
    }
    var chosen = called.isEmpty() ? candidates : called;
    if (checkpoint.isOrdered()) {
      var before = chosen.stream().filter(PlainModule::beforeRecurrent).toList();
      if (before.size() <= 1) {
        return before.isEmpty() ? null : before.getFirst();
      }
      chosen = before;
    }
    if (chosen.isEmpty()) {
      return null;
    }
    throw new FormatException("%s may be the table of the symbols' vectors, or an output layer;"
        .formatted(chosen.stream().map(m -> m.weight.name()).collect(Collectors.joining(" or ")))
        + " call the table embedding.weight, or give the .pt file, whose order says it");
  }

  private @Nullable PlainModule output(List<PlainModule> plain, @Nullable PlainModule embedding,
      List<RecurrentWeights> layers) throws FormatException {
    var last = layers.getLast();
    var fitting = plain.stream()
        .filter(m -> m.weight.size(1) == last.outputs() && !m.isCalledEmbedding())
        .filter(m -> !m.beforeRecurrent || !checkpoint.isOrdered() || m.bias == null
            && embedding != null && m.weight.isSameAs(embedding.weight))
        .toList();
    if (fitting.size() > 1) {
      throw new FormatException(
          "%s%s could be the output layer, which reads %d features; take a part of the network, or"
              .formatted(fitting.stream().map(m -> m.weight.name()).limit(MOST_NAMED)
                  .collect(Collectors.joining(", ")),
                  fitting.size() > MOST_NAMED
                      ? " and %d more".formatted(fitting.size() - MOST_NAMED)
                      : "",
                  last.outputs())
              + " leave all but one out by name");
    }
    if (fitting.isEmpty() && plain.size() == 1 && plain.getFirst().weight.size(1) == last.outputs()
        && !plain.getFirst().isCalledEmbedding()) {
      return declaredBefore(plain.getFirst(), layers);
    }
    if (fitting.isEmpty() && plain.size() == 1 && plain.getFirst().bias != null) {
      var only = plain.getFirst();
      throw new FormatException("%s is %s, expected %d columns: what %s puts out".formatted(
          only.weight.name(), CheckpointTensor.text(only.weight.shape()), last.outputs(),
          last.name()));
    }
    return fitting.isEmpty() ? null : fitting.getFirst();
  }

  /// The only layer, which stands before the recurrent ones in the file: the output layer that was
  /// declared first, if nothing recurrent can read what it puts out.
  private PlainModule declaredBefore(PlainModule only, List<RecurrentWeights> layers)
      throws FormatException {
    if (only.weight.size(0) == layers.getFirst().inputs()) {
      throw new FormatException(
          "%s stands before the recurrent layers and fits both before and behind them; declare the"
              .formatted(only.weight.name())
              + " output layer after them and save again, or leave it out (--leave-out)");
    }
    remarks.add("%s stands before the recurrent layers, but fits only behind them: it is taken to"
        .formatted(only.weight.name()) + " be the output layer");
    return only;
  }

  /// A safetensors file has tied weights once: a lone bias of a number for each symbol is that of
  /// an output layer whose matrix is the table.
  private @Nullable DenseWeights tiedOutput(PlainModule embedding, RecurrentWeights last)
      throws FormatException {
    var tensors = checkpoint.tensors();
    for (var tensor : tensors.values()) {
      var name = tensor.name();
      if (name.endsWith(BIAS) && !RecurrentModule.has(name)
          && tensor.has(embedding.weight.size(0)) && embedding.weight.size(1) == last.outputs()
          && !tensors.containsKey(name.substring(0, name.length() - BIAS.length()) + WEIGHT)) {
        remarks.add("the output layer of %s is tied to %s".formatted(name,
            embedding.weight.name()));
        return new DenseWeights(name, Weight.all(embedding.weight), Weight.all(tensor), true);
      }
    }
    return null;
  }

  private static DenseWeights dense(PlainModule module, @Nullable PlainModule embedding)
      throws FormatException {
    boolean tied = embedding != null && module.weight.isSameAs(embedding.weight);
    int outputs = (int) Math.min(module.weight.size(0), Integer.MAX_VALUE);
    return new DenseWeights(module.path, Weight.all(module.weight),
        module.bias == null ? Weight.zeros(outputs, "bias") : Weight.all(module.bias), tied);
  }
}
