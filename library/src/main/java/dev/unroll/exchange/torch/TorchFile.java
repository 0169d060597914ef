package dev.unroll.exchange.torch;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.unroll.exchange.checkpoint.Checkpoint;
import dev.unroll.format.FormatException;
import dev.unroll.format.file.ByteSource;
import dev.unroll.format.json.Quote;
import dev.unroll.format.pickle.Pickle;
import dev.unroll.format.pickle.PickleInput;
import dev.unroll.format.pickle.PickleValue;
import dev.unroll.format.zip.ZipArchive;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads what `torch.save` and `torch.jit.save` write.
///
/// ```text
/// NAME/data.pkl      what was saved, with tensors as views of storages
/// NAME/data/KEY      the bytes of a storage
/// NAME/byteorder     little or big; missing in older files, which are little
/// NAME/constants.pkl, NAME/code/…     in TorchScript archives
/// ```
///
/// Files of PyTorch before 1.6 are pickles one after another and then the storages
/// ([LegacyFile]).
public final class TorchFile {
  /// So much is read to tell what a file is.
  public static final int START = 512;

  private static final String PICKLE = "data.pkl";
  private static final int LONGEST_PICKLE = 1 << 26;
  private static final int TAR_AT = 257;
  private static final byte[] TAR = "ustar".getBytes(US_ASCII);

  private TorchFile() {}

  /// Whether a file that begins so is one that PyTorch writes, or once wrote.
  public static boolean begins(byte[] start) {
    return ZipArchive.begins(start) || LegacyFile.begins(start) || isTar(start);
  }

  private static boolean isTar(byte[] start) {
    return start.length >= TAR_AT + TAR.length
        && Arrays.equals(start, TAR_AT, TAR_AT + TAR.length, TAR, 0, TAR.length);
  }

  /// Reads a checkpoint.
  ///
  /// @param part the name of the part of it that has the weights; null to find it
  /// @throws FormatException if it is no intact checkpoint, or calls a name that is not known
  public static Checkpoint read(ByteSource source, @Nullable String part) throws IOException {
    byte[] start = source.bytes(0, (int) Math.min(START, source.size()));
    if (ZipArchive.begins(start)) {
      return archive(source, part);
    }
    if (LegacyFile.begins(start)) {
      return LegacyFile.read(source, part);
    }
    throw new FormatException(isTar(start)
        ? "%s is a tar archive, as PyTorch wrote them before 0.1.10; load it with torch.load of a"
            .formatted(source.name()) + " later PyTorch and save it again"
        : "%s is no checkpoint of PyTorch; give a .pt, .pth or .safetensors file"
            .formatted(source.name()));
  }

  private static Checkpoint archive(ByteSource source, @Nullable String part)
      throws IOException {
    var archive = ZipArchive.read(source);
    var root = root(archive, source.name());
    boolean isScript = archive.member(root + "constants.pkl") != null;
    var order = order(archive, root, source.name());
    var calls = new TensorCalls((key, type, elements, _) -> {
      var member = archive.member(root + "data/" + key);
      if (member == null) {
        throw new FormatException("%s has no storage %s, which a tensor needs; the file is damaged:"
            .formatted(source.name(), Quote.of(key)) + " copy it again");
      }
      if (elements < 0 || elements > member.size() / type.bytes()) {
        throw new FormatException("%s has a storage %s of %d bytes, but it is said to have %d"
            .formatted(source.name(), Quote.of(key), member.size(), elements)
            + " elements of %s; the file is damaged: copy it again".formatted(type.word()));
      }
      return Storage.of(member, key, type, order);
    });
    var pickle = archive.member(root + PICKLE);
    if (pickle == null) {
      throw new IllegalStateException("found before");
    }
    var inner = ByteSource.of(pickle.bytes(LONGEST_PICKLE), source.name());
    var value = Pickle.read(new PickleInput(inner, 0),
        isScript ? KnownNames::hasInScript : KnownNames::has);
    return checkpoint(source, isScript ? "TorchScript archive" : "PyTorch checkpoint", calls, value,
        part);
  }

  static Checkpoint checkpoint(ByteSource source, String kind, TensorCalls calls,
      PickleValue value, @Nullable String part) throws FormatException {
    var found = new StateDict(calls);
    try {
      found.take(source.name(), value, part);
    } catch (FormatException e) {
      throw String.valueOf(e.getMessage()).startsWith(source.name()) ? e
          : new FormatException("%s: %s".formatted(source.name(), e.getMessage()), e);
    }
    return new Checkpoint(source.name(), kind, true, found.remarks(), found.tensors());
  }

  /// The folder in which everything lies, with its slash; archives name it after themselves.
  private static String root(ZipArchive archive, String source) throws FormatException {
    List<String> roots = new ArrayList<>();
    for (var name : archive.members().keySet()) {
      if (name.equals(PICKLE) || name.endsWith("/" + PICKLE)
          && name.indexOf('/') == name.length() - PICKLE.length() - 1) {
        roots.add(name.substring(0, name.length() - PICKLE.length()));
      }
    }
    if (roots.size() != 1) {
      throw new FormatException(
          "%s is a zip archive with %s data.pkl, expected one, as torch.save writes it"
              .formatted(source, roots.isEmpty() ? "no" : "more than one"));
    }
    return roots.getFirst();
  }

  private static ByteOrder order(ZipArchive archive, String root, String source)
      throws IOException {
    var member = archive.member(root + "byteorder");
    if (member == null) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    var order = new String(member.bytes(START), US_ASCII).strip();
    return switch (order) {
      case "little" -> ByteOrder.LITTLE_ENDIAN;
      case "big" -> ByteOrder.BIG_ENDIAN;
      default -> throw new FormatException("%s has the byte order %s, expected little or big"
          .formatted(source, Quote.of(order)));
    };
  }
}
