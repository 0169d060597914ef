package dev.unroll.exchange.checkpoint;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Named tensors, whatever file they come from. Names are paths: `encoder.rnn.weight_ih_l0` lies
/// under the prefix `encoder.rnn.`. Immutable; safe for use by several threads.
public final class Checkpoint {
  private final String source;
  private final String kind;
  private final boolean ordered;
  private final List<String> remarks;
  private final Map<String, String> metadata;
  private final SequencedMap<String, CheckpointTensor> tensors;

  /// @param source the file, for messages
  /// @param kind what it is: `PyTorch checkpoint`
  /// @param ordered whether the order of the tensors is that in which they were made, or means
  ///     nothing
  /// @param remarks sentences about what was found in the file
  public Checkpoint(String source, String kind, boolean ordered, List<String> remarks,
      Collection<CheckpointTensor> tensors) {
    this(source, kind, ordered, remarks, Map.of(), tensors);
  }

  /// One of a file that says more than its tensors.
  ///
  /// @param metadata what it says, by key
  public Checkpoint(String source, String kind, boolean ordered, List<String> remarks,
      Map<String, String> metadata, Collection<CheckpointTensor> tensors) {
    this.metadata = Map.copyOf(metadata);
    this.source = source;
    this.kind = kind;
    this.ordered = ordered;
    this.remarks = List.copyOf(remarks);
    var byName = new LinkedHashMap<String, CheckpointTensor>();
    tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
    this.tensors = Collections.unmodifiableSequencedMap(byName);
  }

  /// The file.
  public String source() {
    return source;
  }

  /// What the file is.
  public String kind() {
    return kind;
  }

  /// Whether the tensors are in the order in which they were made; a safetensors file sorts them.
  public boolean isOrdered() {
    return ordered;
  }

  /// Sentences about what was found in the file: which part of it the tensors are, what was left.
  public List<String> remarks() {
    return remarks;
  }

  /// What the file says beside its tensors, by key.
  public Map<String, String> metadata() {
    return metadata;
  }

  /// The tensors by name, in the order of the file.
  public SequencedMap<String, CheckpointTensor> tensors() {
    return tensors;
  }

  /// The tensors whose names begin so, without that beginning: `encoder` and `encoder.` are the
  /// same.
  public Checkpoint under(String prefix) {
    var path = prefix.isEmpty() || prefix.endsWith(".") ? prefix : prefix + ".";
    return with(tensors.values().stream().filter(tensor -> tensor.name().startsWith(path))
        .map(tensor -> tensor.named(tensor.name().substring(path.length()))).toList());
  }

  /// The tensors whose names do not begin so.
  public Checkpoint without(String prefix) {
    return with(tensors.values().stream().filter(tensor -> !tensor.name().equals(prefix)
        && !tensor.name().startsWith(prefix.endsWith(".") ? prefix : prefix + ".")).toList());
  }

  private Checkpoint with(List<CheckpointTensor> some) {
    return new Checkpoint(source, kind, ordered, remarks, metadata, some);
  }

  @Override
  public String toString() {
    return "%s, %s of %d tensors".formatted(source, kind, tensors.size());
  }
}
