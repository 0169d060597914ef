package dev.unroll.layer.probe;

import dev.unroll.layer.Bounds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Collects the recurrent layers and attentions of a run that is bound with it ([Bounds#probed]), those of a
/// model when it runs for the first time. A layer that is bound anew takes the place of its former self. Serves one run
/// at a time, as layers are known by name; not thread-safe.
public final class Probes {
  private final SequencedMap<String, @Nullable Probe> probes;
  private final SequencedMap<String, AttentionProbe> attentions;
  private final boolean reversed;

  /// Without layers.
  public Probes() {
    this(new LinkedHashMap<>(), new LinkedHashMap<>(), false);
  }

  private Probes(SequencedMap<String, @Nullable Probe> probes,
      SequencedMap<String, AttentionProbe> attentions, boolean reversed) {
    this.probes = probes;
    this.attentions = attentions;
    this.reversed = reversed;
  }

  /// The layers in the order in which they were bound: that in which data passes through them.
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
  /// @throws IllegalArgumentException if there is none; names those that there are
  public Probe of(String layer) {
    return all().stream().filter(p -> p.layer().equals(layer)).findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("there is no recurrent layer %s; there are %s"
                .formatted(layer, all().stream().map(Probe::layer).toList())));
  }

  /// What looks at other steps, in the order in which it was bound.
  public List<AttentionProbe> attentions() {
    return List.copyOf(attentions.values());
  }

  /// The same collection for layers that run against the time of these.
  public Probes reverse() {
    return new Probes(probes, attentions, !reversed);
  }

  public boolean reversed() {
    return reversed;
  }

  /// Lets go of a layer that is bound anew, so that both need not lie in memory at once.
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
