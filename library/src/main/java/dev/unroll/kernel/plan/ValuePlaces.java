package dev.unroll.kernel.plan;

import dev.unroll.expr.Size;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The places of the values of a graph: for each node its home and, if several readers want it next
/// to different values, its copies.
final class ValuePlaces {
  private final List<Buffer> buffers = new ArrayList<>();
  private final Map<Integer, List<Place>> homes = new LinkedHashMap<>();
  private final Map<Integer, Place> sums = new LinkedHashMap<>();

  /// The places of the forward pass that backward can still read: all but those that each step
  /// reuses.
  ValuePlaces kept() {
    var kept = new ValuePlaces();
    kept.buffers.addAll(buffers);
    homes.forEach((node, places) -> {
      for (var place : places) {
        if (place.buffer().span() != Buffer.Span.SAMPLES) {
          kept.add(node, place);
        }
      }
    });
    return kept;
  }

  Buffer buffer(String name, Buffer.Span span, List<Size> columns) {
    var buffer = new Buffer(name, span, columns);
    if (buffers.stream().anyMatch(b -> b.name().equals(name))) {
      throw new IllegalStateException("two buffers have the name " + name);
    }
    buffers.add(buffer);
    return buffer;
  }

  List<Buffer> buffers() {
    return buffers;
  }

  /// Adds a place of a value; the first is its home.
  Place add(int node, Place place) {
    homes.computeIfAbsent(node, _ -> new ArrayList<>()).add(place);
    return place;
  }

  /// The place where the value is summed over the steps, if it is.
  @Nullable
  Place sum(int node) {
    return sums.get(node);
  }

  /// The place where the value is summed over the steps, allocated if needed.
  Place sum(int node, Size size) {
    return sums.computeIfAbsent(node, n -> new Place(
        buffer("d.sum(" + sums.size() + ")", Buffer.Span.SUMS, List.of(size)), 0, 0));
  }

  boolean has(int node) {
    return homes.containsKey(node);
  }

  @Nullable
  Place find(int node) {
    var places = homes.get(node);
    return places == null ? null : places.getFirst();
  }

  Place home(int node) {
    var place = find(node);
    if (place == null) {
      throw new IllegalStateException("node " + node + " has no place in memory");
    }
    return place;
  }

  /// All places of the value, its home first.
  List<Place> all(int node) {
    return homes.getOrDefault(node, List.of());
  }

  /// The places of the value other than its home.
  List<Place> copies(int node) {
    var places = all(node);
    return places.isEmpty() ? places : places.subList(1, places.size());
  }
}
