package dev.unroll.exchange.torch;

import dev.unroll.exchange.checkpoint.Checkpoint;
import dev.unroll.format.FormatException;
import dev.unroll.format.file.ByteSource;
import dev.unroll.format.json.Quote;
import dev.unroll.format.pickle.Pickle;
import dev.unroll.format.pickle.PickleInput;
import dev.unroll.format.pickle.PickleValue;
import dev.unroll.format.pickle.PickleValue.Bool;
import dev.unroll.format.pickle.PickleValue.Dict;
import dev.unroll.format.pickle.PickleValue.Global;
import dev.unroll.format.pickle.PickleValue.Items;
import dev.unroll.format.pickle.PickleValue.Large;
import dev.unroll.format.pickle.PickleValue.Text;
import dev.unroll.format.pickle.PickleValue.Whole;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Files as `torch.save` wrote them before PyTorch 1.6, and still does if it is told to.
///
/// ```text
/// pickle: the magic number     pickle: 1001     pickle: {little_endian, …}
/// pickle: what was saved       pickle: [key, …] of the storages
/// for each storage: 8 bytes, the number of elements, and the elements
/// ```
final class LegacyFile {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);

  /// A pickle of protocol 2 of that number.
  private static final byte[] START = HexFormat.of().parseHex("80028a0a6cfc9c46f9206aa85019");

  private static final long PROTOCOL = 1001;

  private final ByteSource source;
  private final Map<String, Described> described = new HashMap<>();
  private final Map<String, Storage> storages = new HashMap<>();

  /// What the pickle says of a storage.
  private record Described(StorageType type, long elements) {}

  private LegacyFile(ByteSource source) {
    this.source = source;
  }

  static boolean begins(byte[] start) {
    return start.length >= START.length
        && Arrays.equals(start, 0, START.length, START, 0, START.length);
  }

  static Checkpoint read(ByteSource source, @Nullable String part) throws IOException {
    return new LegacyFile(source).read(part);
  }

  private Checkpoint read(@Nullable String part) throws IOException {
    var in = new PickleInput(source, 0);
    boolean known = Pickle.read(in, KnownNames::has) instanceof Large(var magic)
        && magic.equals(MAGIC)
        && Pickle.read(in, KnownNames::has) instanceof Whole(var protocol)
        && protocol == PROTOCOL;
    if (!known) {
      throw damaged("is no checkpoint of a protocol that is known");
    }
    var order = Pickle.read(in, KnownNames::has) instanceof Dict system
        && system.get("little_endian") instanceof Bool(var little) && !little
            ? ByteOrder.BIG_ENDIAN
            : ByteOrder.LITTLE_ENDIAN;
    var value = Pickle.read(in, KnownNames::has, this::describe);
    if (!(Pickle.read(in, KnownNames::has) instanceof Items keys)) {
      throw damaged("has no list of its storages");
    }
    long at = in.position();
    for (var key : keys.values()) {
      at = locate(key, at, order);
    }
    return TorchFile.checkpoint(source, "PyTorch checkpoint of the form before 1.6",
        new TensorCalls(this::find), value, part);
  }

  /// Each storage has to be known, also those that no tensor of the weights needs: it says where
  /// the next one begins.
  private void describe(PickleValue id) {
    if (id instanceof Items parts && parts.values().size() >= 5
        && parts.values().get(1) instanceof Global name
        && parts.values().get(2) instanceof Text(var key)
        && parts.values().get(4) instanceof Whole(var elements)) {
      var type = StorageType.ofStorage(name);
      if (type != null) {
        described.put(key, new Described(type, elements));
      }
    }
  }

  private long locate(PickleValue name, long at, ByteOrder order) throws IOException {
    if (!(name instanceof Text(var key))) {
      throw damaged("has a storage without a name");
    }
    var storage = described.get(key);
    if (storage == null || storage.elements < 0
        || storage.elements > source.size() / storage.type.bytes()) {
      throw damaged("has a storage %s of a type or length that cannot be".formatted(
          Quote.of(key)));
    }
    if (at > source.size() - Long.BYTES) {
      throw damaged("ends before storage " + Quote.of(key));
    }
    var header = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    source.read(at, header);
    if (header.getLong(0) != storage.elements) {
      throw damaged("has a storage %s of %d elements, expected %d".formatted(Quote.of(key),
          header.getLong(0), storage.elements));
    }
    long bytes = storage.elements * storage.type.bytes();
    long data = at + Long.BYTES;
    if (bytes > source.size() - data) {
      throw damaged("ends within storage " + Quote.of(key));
    }
    storages.put(key, Storage.of(source, data, key, storage.type, bytes, order));
    return data + bytes;
  }

  private Storage find(String key, StorageType type, long elements, @Nullable PickleValue view)
      throws FormatException {
    var storage = storages.get(key);
    if (storage == null || storage.type() != type) {
      throw damaged("has no storage %s of %s".formatted(Quote.of(key), type.word()));
    }
    return viewed(storage, view);
  }

  /// A part of a storage: (key, offset, elements).
  private Storage viewed(Storage all, @Nullable PickleValue view) throws FormatException {
    if (!(view instanceof Items parts)) {
      return all;
    }
    int size = all.type().bytes();
    if (parts.values().size() != 3 || !(parts.values().get(1) instanceof Whole(var offset))
        || !(parts.values().get(2) instanceof Whole(var elements)) || offset < 0 || elements < 0
        || offset > all.bytes() / size - elements) {
      throw damaged("has a view beyond storage " + Quote.of(all.key()));
    }
    return all.part(offset * size, elements * size);
  }

  private FormatException damaged(String problem) {
    return new FormatException("%s %s; the file is damaged or cut short: copy it again".formatted(
        source.name(), problem));
  }
}
