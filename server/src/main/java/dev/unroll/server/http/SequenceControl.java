package dev.unroll.server.http;

import static dev.unroll.server.protocol.RefusedException.invalid;

import dev.unroll.server.model.Stepping;
import dev.unroll.server.protocol.InferRequest;
import dev.unroll.server.protocol.RefusedException;
import dev.unroll.server.protocol.Shown;
import dev.unroll.server.protocol.TensorData;
import dev.unroll.server.sequence.LiveSequence;
import dev.unroll.server.sequence.SequenceId;
import dev.unroll.server.sequence.SequenceTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which sequences a request belongs to, and which of them begin or end with it: the parameters
/// `sequence_id`, `sequence_start` and `sequence_end`; or, of many sequences, inputs of these names
/// with an element for each.
final class SequenceControl implements AutoCloseable {
  private static final String START = "sequence_start";
  private static final String END = "sequence_end";

  private final List<SequenceId> ids;
  private final boolean[] starts;
  private final boolean[] ends;
  private final List<LiveSequence> sequences = new ArrayList<>();
  private @Nullable SequenceTable table;
  private final boolean isMany;
  private boolean done;

  private SequenceControl(List<SequenceId> ids, boolean isMany, boolean[] starts,
      boolean[] ends) {
    this.ids = ids;
    this.isMany = isMany;
    this.starts = starts;
    this.ends = ends;
  }

  /// Whether a request belongs to a sequence.
  static boolean isIn(InferRequest request) {
    if (request.inputs().size() > 1 && request.input(SequenceId.PARAMETER) != null) {
      return true;
    }
    if (request.parameters().isEmpty()) {
      return false;
    }
    if (SequenceId.in(request.parameters()) != null) {
      return true;
    }
    for (var flag : List.of(START, END)) {
      if (isTrue(request, flag)) {
        throw invalid("the parameter %s needs a sequence_id that is not 0 and not empty", flag);
      }
    }
    return false;
  }

  /// Reads the sequences of a request.
  ///
  /// @param most sequences of a request
  static SequenceControl of(InferRequest request, int most) {
    var id = SequenceId.in(request.parameters());
    if (id != null) {
      if (request.input(SequenceId.PARAMETER) != null) {
        throw invalid("sequence_id is both a parameter and an input; give one of them");
      }
      return new SequenceControl(List.of(id), false, new boolean[] {isTrue(request, START)},
          new boolean[] {isTrue(request, END)});
    }
    var given = request.require(SequenceId.PARAMETER);
    int n = given.size();
    if (n < 1 || n > most) {
      throw RefusedException.of(n < 1 ? 400 : 413,
          "the request has %d sequences, expected 1 to %d", n, most);
    }
    var ids = ids(given);
    return new SequenceControl(ids, true, flags(request, START, n), flags(request, END, n));
  }

  private static List<SequenceId> ids(TensorData given) {
    var ids = new ArrayList<SequenceId>(given.size());
    for (int i = 0; i < given.size(); i++) {
      var id = given.elements() instanceof String[] texts ? SequenceId.of(texts[i])
          : SequenceId.of(given.longs()[i]);
      if (id == null) {
        throw invalid("element %d of the input sequence_id stands for no sequence", i);
      }
      ids.add(id);
    }
    var different = new HashSet<SequenceId>();
    for (var id : ids) {
      if (!different.add(id)) {
        throw invalid(
            "the sequence %s stands in the request twice; several steps of it go along the axis of"
                + " time",
            id);
      }
    }
    return ids;
  }

  private static boolean[] flags(InferRequest request, String name, int n) {
    var flags = new boolean[n];
    var given = request.input(name);
    if (given != null) {
      long[] all = given.longs();
      if (all.length != n) {
        throw invalid("the input %s has %d elements, expected %d, one for each sequence_id", given,
            all.length, n);
      }
      for (int i = 0; i < n; i++) {
        flags[i] = all[i] != 0;
      }
    } else if (isTrue(request, name)) {
      Arrays.fill(flags, true);
    }
    return flags;
  }

  private static boolean isTrue(InferRequest request, String flag) {
    return switch (request.parameters().get(flag)) {
      case null -> false;
      case Boolean truth -> truth;
      case Long number when number == 0 || number == 1 -> number == 1;
      case Object other -> throw invalid("the parameter %s is %s, expected true or false", flag,
          Shown.value(other));
    };
  }

  /// Whether the request has an axis of sequences.
  boolean isMany() {
    return isMany;
  }

  /// Finds the sequences that go on, and makes those that begin.
  List<LiveSequence> begin(SequenceTable sequenceTable, Stepping model) {
    table = sequenceTable;
    for (int i = 0; i < ids.size(); i++) {
      if (starts[i]) {
        sequences.add(sequenceTable.begin(ids.get(i), model.initial()));
      } else {
        var found = sequenceTable.require(ids.get(i));
        if (!found.state().fits(model.layout())) {
          throw invalid("the state of the sequence %s is that of another model, %016x, and this one"
              + " keeps %s; begin it again by sequence_start", ids.get(i),
              found.state().fingerprint(), model.layout());
        }
        sequences.add(found);
      }
    }
    return sequences;
  }

  /// All steps were made: those that began are kept, those that end are not.
  void end() {
    done = true;
    var kept = table;
    if (kept == null) {
      return;
    }
    for (int i = 0; i < ids.size(); i++) {
      if (ends[i]) {
        if (starts[i]) {
          kept.giveUp();
        }
        var last = kept.find(ids.get(i));
        if (last != null) {
          kept.remove(last);
        }
      } else if (starts[i]) {
        kept.add(sequences.get(i));
      }
    }
  }

  /// Gives back the room of those that began, if the request has failed.
  @Override
  public void close() {
    if (!done && table != null) {
      for (int i = 0; i < sequences.size(); i++) {
        if (starts[i]) {
          table.giveUp();
        }
      }
    }
  }
}
