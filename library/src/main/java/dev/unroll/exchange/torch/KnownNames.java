package dev.unroll.exchange.torch;

import dev.unroll.format.pickle.PickleValue.Global;
import java.util.Map;
import java.util.Set;

/// The names that checkpoints call. What they would make is a tensor, or of no interest; a name
/// that is not here is refused.
final class KnownNames {
  /// Compiled classes and functions of a TorchScript archive, which are data here as well.
  private static final String SCRIPT = "__torch__";

  /// What makes a tensor of a storage.
  static final Set<String> TENSORS = Set.of(
      "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2",
      "torch._utils._rebuild_tensor_v3");

  /// What wraps a tensor, its first argument.
  static final Set<String> PARAMETERS = Set.of(
      "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state");

  /// What wraps the call that makes a tensor: function, type, arguments, state.
  static final String SUBCLASS = "torch._tensor._rebuild_from_type_v2";

  /// What makes tensors that are not read, and what they are.
  static final Map<String, String> UNREAD = Map.of(
      "torch._utils._rebuild_qtensor", "quantized",
      "torch._utils._rebuild_sparse_tensor", "sparse",
      "torch._utils._rebuild_sparse_csr_tensor", "sparse",
      "torch._utils._rebuild_nested_tensor", "nested",
      "torch._utils._rebuild_meta_tensor_no_storage", "meta",
      "torch._utils._rebuild_device_tensor_from_numpy", "device",
      "torch._utils._rebuild_wrapper_subclass", "subclass");

  /// What stands beside weights: settings, numbers of NumPy, random states.
  private static final Set<String> BESIDE = Set.of(
      SUBCLASS, "torch.Size", "torch.device", "torch.serialization._get_layout",
      "torch.torch_version.TorchVersion", "torch.jit._pickle.build_intlist",
      "torch.jit._pickle.build_tensorlist", "torch.jit._pickle.build_doublelist",
      "torch.jit._pickle.build_boollist", "torch.jit._pickle.restore_type_tag",
      "torch.jit._pickle.build_tensor_from_id", "collections.Counter", "argparse.Namespace",
      "types.SimpleNamespace", "pathlib.Path", "pathlib.PosixPath", "pathlib.WindowsPath",
      "pathlib.PurePath", "pathlib.PurePosixPath", "pathlib.PureWindowsPath", "_codecs.encode",
      "numpy.dtype", "numpy.ndarray", "numpy.core.multiarray.scalar",
      "numpy.core.multiarray._reconstruct", "numpy._core.multiarray.scalar",
      "numpy._core.multiarray._reconstruct", "datetime.datetime", "datetime.date",
      "datetime.timedelta", "builtins.complex", "builtins.bytearray", "builtins.slice",
      "builtins.range", "__builtin__.complex", "__builtin__.bytearray", "uuid.UUID");

  private KnownNames() {}

  /// Whether a checkpoint may call a name.
  static boolean has(Global name) {
    var full = name.toString();
    return TENSORS.contains(full) || PARAMETERS.contains(full) || UNREAD.containsKey(full)
        || BESIDE.contains(full);
  }

  /// Whether a TorchScript archive may.
  static boolean hasInScript(Global name) {
    return has(name) || isScript(name);
  }

  static boolean isScript(Global name) {
    return name.module().equals(SCRIPT) || name.module().startsWith(SCRIPT + ".");
  }
}
