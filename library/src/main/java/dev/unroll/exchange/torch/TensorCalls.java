package dev.unroll.exchange.torch;

import dev.unroll.exchange.checkpoint.CheckpointTensor;
import dev.unroll.format.FormatException;
import dev.unroll.format.file.Printable;
import dev.unroll.format.pickle.PickleValue;
import dev.unroll.format.pickle.PickleValue.Called;
import dev.unroll.format.pickle.PickleValue.Global;
import dev.unroll.format.pickle.PickleValue.Items;
import dev.unroll.format.pickle.PickleValue.Persistent;
import dev.unroll.format.pickle.PickleValue.Text;
import dev.unroll.format.pickle.PickleValue.Whole;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The calls in a pickle that make tensors, as tensors.
///
/// ```text
/// _rebuild_tensor_v2(storage, offset, shape, strides, …)
/// _rebuild_tensor_v3(storage, offset, shape, strides, requires_grad, hooks, dtype, …)
/// _rebuild_parameter(tensor, …)
/// storage: ('storage', torch.FloatStorage, key, device, elements[, view])
/// ```
final class TensorCalls {
  private static final int DTYPE = 6;
  private static final int DEEPEST = 4;

  private final Storages storages;

  /// Finds the storages of a file.
  interface Storages {
    /// The storage of a key.
    ///
    /// @param view the last part of the identification; null if there is none
    Storage find(String key, StorageType type, long elements, @Nullable PickleValue view)
        throws FormatException;
  }

  TensorCalls(Storages storages) {
    this.storages = storages;
  }

  /// Whether a value is a tensor.
  static boolean isTensor(PickleValue value) {
    return value instanceof Called call && (KnownNames.TENSORS.contains(call.callee().toString())
        || KnownNames.PARAMETERS.contains(call.callee().toString())
        || KnownNames.UNREAD.containsKey(call.callee().toString())
        || call.callee().toString().equals(KnownNames.SUBCLASS));
  }

  /// Whether a value is a tensor of a kind that is not read.
  static boolean isUnread(PickleValue value) {
    return value instanceof Called call
        && KnownNames.UNREAD.containsKey(call.callee().toString());
  }

  /// A value that is a tensor; one of a kind that is not read says so.
  ///
  /// @throws FormatException if it does not fit its storage
  CheckpointTensor tensor(String name, PickleValue value) throws FormatException {
    if (value instanceof Called call) {
      var inner = KnownNames.PARAMETERS.contains(call.callee().toString())
          && at(name, call.arguments(), 0) instanceof Called wrapped ? wrapped : call;
      var kind = KnownNames.UNREAD.get(inner.callee().toString());
      if (kind != null) {
        return CheckpointTensor.unread(name, kind, unread(name, inner.callee()));
      }
    }
    return view(name, value, 0).named(name);
  }

  private StridedView view(String name, PickleValue value, int depth) throws FormatException {
    if (!(value instanceof Called call) || depth > DEEPEST) {
      throw wrong(name);
    }
    var callee = call.callee().toString();
    var arguments = call.arguments();
    if (KnownNames.PARAMETERS.contains(callee)) {
      return view(name, at(name, arguments, 0), depth + 1);
    }
    if (callee.equals(KnownNames.SUBCLASS)) {
      if (at(name, arguments, 0) instanceof Global inner
          && at(name, arguments, 2) instanceof Items items) {
        return view(name, inner, items.values());
      }
      throw wrong(name);
    }
    return view(name, call.callee(), arguments);
  }

  private StridedView view(String name, Global callee, List<PickleValue> arguments)
      throws FormatException {
    if (!KnownNames.TENSORS.contains(callee.toString())) {
      throw new FormatException(unread(name, callee));
    }
    var storage = storage(name, at(name, arguments, 0));
    var type = storage.type();
    if (arguments.size() > DTYPE && arguments.get(DTYPE) instanceof Global dtype) {
      var said = StorageType.ofDtype(dtype);
      if (said == null) {
        throw new FormatException("tensor %s has elements of type %s, which is not known"
            .formatted(name, Printable.of(dtype.toString())));
      }
      type = said;
    }
    return StridedView.of(name, storage, type, whole(name, at(name, arguments, 1)),
        wholes(name, at(name, arguments, 2)), wholes(name, at(name, arguments, 3)));
  }

  private static String unread(String name, Global callee) {
    return ("quantized".equals(KnownNames.UNREAD.get(callee.toString()))
        ? "tensor %s is made by %s, and quantized weights are not read; save those of the model"
            + " before it is quantized"
        : "tensor %s is made by %s, which is not read; save it as a dense tensor of numbers")
        .formatted(name, callee);
  }

  private Storage storage(String name, PickleValue value) throws FormatException {
    if (value instanceof Persistent it && it.id() instanceof Items id && id.values().size() >= 5
        && id.values().get(1) instanceof Global storage) {
      var parts = id.values();
      var type = StorageType.ofStorage(storage);
      if (type == null) {
        throw new FormatException("tensor %s has a storage %s, which is not known".formatted(name,
            Printable.of(storage.toString())));
      }
      var view = parts.size() > 5 ? parts.get(5) : null;
      var key = switch (parts.get(2)) {
        case Text(var text) -> text;
        case Whole(var number) -> Long.toString(number);
        default -> throw wrong(name);
      };
      return storages.find(key, type, whole(name, parts.get(4)), view);
    }
    throw wrong(name);
  }

  private static PickleValue at(String name, List<PickleValue> values, int i)
      throws FormatException {
    if (i >= values.size()) {
      throw wrong(name);
    }
    return values.get(i);
  }

  static long whole(String name, PickleValue value) throws FormatException {
    if (value instanceof Whole(var number)) {
      return number;
    }
    throw wrong(name);
  }

  private static long[] wholes(String name, PickleValue value) throws FormatException {
    var items = value instanceof Called call && call.callee().toString().equals("torch.Size")
        && !call.arguments().isEmpty() ? call.arguments().getFirst() : value;
    if (!(items instanceof Items list)) {
      throw wrong(name);
    }
    long[] all = new long[list.values().size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = whole(name, list.values().get(i));
    }
    return all;
  }

  private static FormatException wrong(String name) {
    return new FormatException("tensor %s is described in a way that PyTorch does not use; the"
        .formatted(name) + " file is damaged: copy it again");
  }
}
