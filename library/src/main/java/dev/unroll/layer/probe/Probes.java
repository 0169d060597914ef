package dev.unroll.layer.probe;

import dev.unroll.layer.run.Bounds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Collects the recurrent layers and attentions of a run that is bound with it ([Bounds#probed]),
/// those of a model when it runs for the first time. A layer that is bound again replaces its
/// previous entry. Serves one run at a time, as layers are identified by name; not thread-safe.
public final class Probes {
  private final SequencedMap<String, @Nullable Probe> probes;
  private final SequencedMap<String, AttentionProbe> attentions;
  private final boolean reversed;

  /// An empty collection.
  public Probes() {
    this(new LinkedHashMap<>(), new LinkedHashMap<>(), false);
  }

  private Probes(SequencedMap<String, @Nullable Probe> probes,
      SequencedMap<String, AttentionProbe> attentions, boolean reversed) {
    this.probes = probes;
    this.attentions = attentions;
    this.reversed = reversed;
  }

  /// The layers in the order in which they were bound, which is that of the data flow.
  public List<Probe> all() {
    var all = new ArrayList<Probe>();
    for (var probe : probes.values()) {
      if (probe != null) {
        all.add(probe);
      }
    }
    return all;
  }

  /// The layer of this name.
  ///
  /// @throws IllegalArgumentException if there is none; names the existing ones
  public Probe of(String layer) {
    return all().stream().filter(p -> p.layer().equals(layer)).findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("there is no recurrent layer %s; there are %s"
                .formatted(layer, all().stream().map(Probe::layer).toList())));
  }

  /// The attentions, in the order in which they were bound.
  public List<AttentionProbe> attentions() {
    return List.copyOf(attentions.values());
  }

  /// The same collection for layers that run in the opposite direction.
  public Probes reverse() {
    return new Probes(probes, attentions, !reversed);
  }

  public boolean reversed() {
    return reversed;
  }

  /// Releases a layer that is bound again, so that both need not be in memory at once.
  public void release(String layer) {
    if (probes.containsKey(layer)) {
      probes.put(layer, null);
    }
  }

  public void add(Probe probe) {
    probes.put(probe.layer(), probe);
  }

  public void add(AttentionProbe attention) {
    attentions.put(attention.name(), attention);
  }
}
