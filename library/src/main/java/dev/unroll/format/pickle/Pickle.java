package dev.unroll.format.pickle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.format.FormatException;
import dev.unroll.format.json.Quote;
import dev.unroll.format.pickle.PickleValue.Bool;
import dev.unroll.format.pickle.PickleValue.Bytes;
import dev.unroll.format.pickle.PickleValue.Called;
import dev.unroll.format.pickle.PickleValue.Dict;
import dev.unroll.format.pickle.PickleValue.Global;
import dev.unroll.format.pickle.PickleValue.Items;
import dev.unroll.format.pickle.PickleValue.Large;
import dev.unroll.format.pickle.PickleValue.None;
import dev.unroll.format.pickle.PickleValue.Persistent;
import dev.unroll.format.pickle.PickleValue.Real;
import dev.unroll.format.pickle.PickleValue.Text;
import dev.unroll.format.pickle.PickleValue.Whole;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Reads a pickle, protocols 0 to 5: a program for a stack machine, of which only what makes values
/// is carried out. Names are kept as names. A call is recorded ([Called]) if its name is one that
/// the caller of this reader knows, and refused otherwise; nothing is ever executed. Each
/// instruction makes at most one value and takes at least one byte, so memory is bounded by the
/// size of the pickle.
///
/// Python, `Lib/pickletools.py`.
public final class Pickle {
  /// More than any checkpoint has: some forty for a tensor.
  private static final int MOST_VALUES = 2_000_000;

  /// Numbers of more bytes are no numbers of a checkpoint.
  private static final int LONGEST_NUMBER = 64;

  private static final Set<String> DICTIONARIES = Set.of("collections.OrderedDict",
      "collections.defaultdict", "builtins.dict", "__builtin__.dict");
  private static final Set<String> COLLECTIONS =
      Set.of("builtins.set", "__builtin__.set", "builtins.frozenset", "__builtin__.frozenset",
          "builtins.list", "__builtin__.list", "builtins.tuple", "__builtin__.tuple");

  private final PickleInput in;
  private final Predicate<Global> known;
  private final Consumer<PickleValue> persistent;
  private final List<PickleValue> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Integer, PickleValue> memo = new HashMap<>();
  private int values;

  private Pickle(PickleInput in, Predicate<Global> known, Consumer<PickleValue> persistent) {
    this.in = in;
    this.known = known;
    this.persistent = persistent;
  }

  /// Reads one pickle, up to its end.
  ///
  /// @param known the names that may be called
  /// @throws FormatException if it is no intact pickle, or calls another name
  public static PickleValue read(PickleInput in, Predicate<Global> known) throws IOException {
    return read(in, known, _ -> {});
  }

  /// Reads one pickle.
  ///
  /// @param persistent gets what identifies each object outside of the pickle
  /// @throws FormatException as above
  public static PickleValue read(PickleInput in, Predicate<Global> known,
      Consumer<PickleValue> persistent) throws IOException {
    return new Pickle(in, known, persistent).read();
  }

  private PickleValue read() throws IOException {
    while (true) {
      int op = in.u1();
      if (op == '.') {
        return pop();
      }
      execute(op);
    }
  }

  private void execute(int op) throws IOException {
    switch (op) {
      case 0x80 -> version(in.u1()); // PROTO
      case 0x95 -> in.i8(); // FRAME
      case '(' -> mark();
      case '0' -> discard();
      case '1' -> marked();
      case '2' -> push(top());
      case 'N' -> push(None.NONE);
      case 0x88 -> push(new Bool(true));
      case 0x89 -> push(new Bool(false));
      case 'I' -> push(integer(in.line()));
      case 'J' -> push(new Whole(in.i4()));
      case 'K' -> push(new Whole(in.u1()));
      case 'M' -> push(new Whole(in.u2()));
      case 'L' -> push(whole(number(in.line().replaceFirst("L$", ""))));
      case 0x8a -> push(whole(in.u1()));
      case 0x8b -> push(whole(in.i4()));
      case 'F' -> push(real(in.line()));
      case 'G' -> push(new Real(in.bigEndianDouble()));
      case 'S' -> push(new Text(unquoted(in.line())));
      case 'T' -> push(new Text(new String(in.bytes(in.i4()), ISO_8859_1)));
      case 'U' -> push(new Text(new String(in.bytes(in.u1()), ISO_8859_1)));
      case 'V' -> push(new Text(in.line()));
      case 'X' -> push(text(Integer.toUnsignedLong(in.i4())));
      case 0x8c -> push(text(in.u1()));
      case 0x8d -> push(text(in.i8()));
      case 'B' -> push(new Bytes(in.bytes(Integer.toUnsignedLong(in.i4()))));
      case 'C' -> push(new Bytes(in.bytes(in.u1())));
      case 0x8e, 0x96 -> push(new Bytes(in.bytes(in.i8())));
      case ']', ')', 0x8f -> push(new Items(new ArrayList<>()));
      case 'l', 't', 0x91 -> push(new Items(new ArrayList<>(marked())));
      case 0x85 -> push(new Items(popped(1)));
      case 0x86 -> push(new Items(popped(2)));
      case 0x87 -> push(new Items(popped(3)));
      case 'a' -> append(popped(1));
      case 'e', 0x90 -> append(marked());
      case '}' -> push(new Dict());
      case 'd' -> {
        var pairs = marked();
        push(new Dict());
        set(pairs);
      }
      case 's' -> set(popped(2));
      case 'u' -> set(marked());
      case 'p' -> remember(index(in.line()));
      case 'q' -> remember(in.u1());
      case 'r' -> remember(in.i4());
      case 0x94 -> remember(memo.size());
      case 'g' -> recall(index(in.line()));
      case 'h' -> recall(in.u1());
      case 'j' -> recall(in.i4());
      case 'c' -> push(new Global(in.line(), in.line()));
      case 0x93 -> {
        var name = popped(2);
        push(new Global(textOf(name.get(0)), textOf(name.get(1))));
      }
      case 'R', 0x81 -> call(popped(2));
      case 0x92 -> {
        var call = popped(3);
        call(List.of(call.get(0), call.get(1)));
      }
      case 'i' -> {
        var callee = new Global(in.line(), in.line());
        push(called(callee, marked()));
      }
      case 'o' -> {
        var call = marked();
        if (call.isEmpty()) {
          throw damaged("an object without a class");
        }
        push(called(global(call.getFirst()), call.subList(1, call.size())));
      }
      case 'b' -> build(pop());
      case 'P' -> outside(new Text(in.line()));
      case 'Q' -> outside(pop());
      default -> throw damaged("the instruction %d, which makes no value of a checkpoint"
          .formatted(op));
    }
  }

  private void version(int protocol) throws FormatException {
    if (protocol > 5) {
      throw damaged("protocol %d, expected at most 5".formatted(protocol));
    }
  }

  private void mark() throws FormatException {
    count();
    marks.add(stack.size());
  }

  private void count() throws FormatException {
    if (++values > MOST_VALUES) {
      throw damaged("more than %d values".formatted(MOST_VALUES));
    }
  }

  private void push(PickleValue value) throws FormatException {
    count();
    stack.add(value);
  }

  /// The number of values below which nothing may be taken.
  private int floor() {
    return marks.isEmpty() ? 0 : marks.getLast();
  }

  private void require(int n) throws FormatException {
    if (stack.size() - n < floor()) {
      throw damaged("an instruction that needs %d values, but there are %d"
          .formatted(n, stack.size() - floor()));
    }
  }

  private PickleValue top() throws FormatException {
    require(1);
    return stack.getLast();
  }

  private PickleValue pop() throws FormatException {
    require(1);
    return stack.removeLast();
  }

  private void discard() throws FormatException {
    if (!marks.isEmpty() && stack.size() == marks.getLast()) {
      marks.removeLast();
    } else {
      pop();
    }
  }

  private List<PickleValue> popped(int n) throws FormatException {
    require(n);
    return take(stack.size() - n);
  }

  private List<PickleValue> marked() throws FormatException {
    if (marks.isEmpty()) {
      throw damaged("an instruction that needs a mark, but there is none");
    }
    return take(marks.removeLast());
  }

  private List<PickleValue> take(int from) {
    var above = stack.subList(from, stack.size());
    var taken = new ArrayList<>(above);
    above.clear();
    return taken;
  }

  private void append(List<PickleValue> more) throws FormatException {
    switch (top()) {
      case Items items -> items.values.addAll(more);
      case Called object -> object.appended.addAll(more);
      default -> throw damaged("elements for what is no list");
    }
  }

  private void set(List<PickleValue> pairs) throws FormatException {
    var dict = switch (top()) {
      case Dict it -> it;
      case Called object -> object.items;
      default -> throw damaged("entries for what is no dictionary");
    };
    if (pairs.size() % 2 != 0) {
      throw damaged("a key without a value");
    }
    for (int i = 0; i < pairs.size(); i += 2) {
      dict.put(pairs.get(i), pairs.get(i + 1));
    }
  }

  private void remember(int index) throws FormatException {
    count();
    memo.put(index, top());
  }

  private void recall(int index) throws FormatException {
    var value = memo.get(index);
    if (value == null) {
      throw damaged("a reference to value %d, which was not kept".formatted(index));
    }
    push(value);
  }

  private void call(List<PickleValue> call) throws FormatException {
    if (!(call.get(1) instanceof Items arguments)) {
      throw damaged("a call without arguments");
    }
    push(called(global(call.get(0)), arguments.values));
  }

  private PickleValue called(Global callee, List<PickleValue> arguments) throws FormatException {
    var name = callee.toString();
    if (DICTIONARIES.contains(name)) {
      var dict = new Dict();
      if (!arguments.isEmpty() && arguments.getLast() instanceof Items pairs) {
        for (var pair : pairs.values) {
          if (pair instanceof Items both && both.values.size() == 2) {
            count();
            dict.put(both.values.get(0), both.values.get(1));
          }
        }
      }
      return dict;
    }
    if (COLLECTIONS.contains(name)) {
      var all = new ArrayList<PickleValue>();
      if (!arguments.isEmpty() && arguments.getFirst() instanceof Items items) {
        for (var value : items.values) {
          count();
          all.add(value);
        }
      }
      return new Items(all);
    }
    if (!known.test(callee)) {
      throw new FormatException(
          ("%s: its pickle calls %s, which is none of the names that weights need; nothing was "
              + "executed. %s").formatted(in.name(), Quote.of(name),
                  name.contains("quantiz")
                      || name.endsWith("ScriptObject")
                          ? "Quantized weights are not read: save those of the model before it is"
                              + " quantized"
                          : "Save the weights alone: torch.save(model.state_dict(), file)"));
    }
    return new Called(callee, arguments);
  }

  private void build(PickleValue state) throws FormatException {
    switch (top()) {
      case Called object -> object.state = state;
      case Dict _, Items _ -> {} // attributes of a dictionary, such as _metadata
      default -> throw damaged("a state for what is no object");
    }
  }

  private void outside(PickleValue id) throws FormatException {
    persistent.accept(id);
    push(new Persistent(id));
  }

  private Global global(PickleValue value) throws FormatException {
    if (value instanceof Global global) {
      return global;
    }
    throw damaged("a call of what is no name");
  }

  private String textOf(PickleValue value) throws FormatException {
    if (value instanceof Text(var text)) {
      return text;
    }
    throw damaged("a name that is no text");
  }

  private Text text(long length) throws IOException {
    return new Text(new String(in.bytes(length), UTF_8));
  }

  /// A number in two's complement, the lowest byte first.
  private PickleValue whole(int length) throws IOException {
    if (length < 0 || length > LONGEST_NUMBER) {
      throw damaged("a number of %d bytes".formatted(length));
    }
    byte[] bytes = in.bytes(length);
    byte[] reversed = new byte[length];
    for (int i = 0; i < length; i++) {
      reversed[i] = bytes[length - 1 - i];
    }
    return whole(length == 0 ? BigInteger.ZERO : new BigInteger(reversed));
  }

  private static PickleValue whole(BigInteger number) {
    return number.bitLength() < Long.SIZE ? new Whole(number.longValue()) : new Large(number);
  }

  private PickleValue integer(String line) throws FormatException {
    return switch (line) {
      case "00" -> new Bool(false);
      case "01" -> new Bool(true);
      default -> whole(number(line));
    };
  }

  private BigInteger number(String line) throws FormatException {
    try {
      if (line.length() <= 2 * LONGEST_NUMBER) {
        return new BigInteger(line.strip());
      }
    } catch (NumberFormatException _) {
      // refused below
    }
    throw damaged("%s, which is no whole number".formatted(Quote.of(line)));
  }

  private int index(String line) throws FormatException {
    var number = number(line);
    if (number.signum() < 0 || number.bitLength() >= Integer.SIZE) {
      throw damaged("a reference to value %s".formatted(Quote.of(line)));
    }
    return number.intValue();
  }

  private Real real(String line) throws FormatException {
    try {
      return new Real(Double.parseDouble(line.strip()));
    } catch (NumberFormatException _) {
      throw damaged("%s, which is no number".formatted(Quote.of(line)));
    }
  }

  private String unquoted(String line) throws FormatException {
    var text = line.strip();
    int last = text.length() - 1;
    if (last < 1 || text.charAt(0) != text.charAt(last)
        || text.charAt(0) != '\'' && text.charAt(0) != '"') {
      throw damaged("%s, which is no text".formatted(Quote.of(line)));
    }
    return text.substring(1, last);
  }

  private FormatException damaged(String what) {
    return new FormatException(
        "%s: its pickle has %s; the file is damaged or no checkpoint: copy it"
            .formatted(in.name(), what) + " again");
  }
}
