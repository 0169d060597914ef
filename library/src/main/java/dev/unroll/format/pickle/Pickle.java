package dev.unroll.format.pickle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.format.FormatException;
import dev.unroll.format.pickle.PickleValue.Bool;
import dev.unroll.format.pickle.PickleValue.Bytes;
import dev.unroll.format.pickle.PickleValue.Called;
import dev.unroll.format.pickle.PickleValue.Dict;
import dev.unroll.format.pickle.PickleValue.Global;
import dev.unroll.format.pickle.PickleValue.Items;
import dev.unroll.format.pickle.PickleValue.None;
import dev.unroll.format.pickle.PickleValue.Persistent;
import dev.unroll.format.pickle.PickleValue.Real;
import dev.unroll.format.pickle.PickleValue.Text;
import dev.unroll.format.pickle.PickleValue.Whole;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
  private final PickleInput in;
  private final PickleLiterals literals;
  private final PickleStack stack;
  private final PickleCalls calls;
  private final Consumer<PickleValue> persistent;

  private Pickle(PickleInput in, Predicate<Global> known, Consumer<PickleValue> persistent) {
    this.in = in;
    this.persistent = persistent;
    literals = new PickleLiterals(in);
    stack = new PickleStack(in);
    calls = new PickleCalls(known, stack, in.name());
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
        return stack.pop();
      }
      execute(op);
    }
  }

  private void execute(int op) throws IOException {
    switch (op) {
      case 0x80 -> version(in.u1()); // PROTO
      case 0x95 -> in.i8(); // FRAME
      case '(' -> stack.mark();
      case '0' -> stack.discard();
      case '1' -> stack.marked();
      case '2' -> stack.push(stack.top());
      case 'N' -> stack.push(None.NONE);
      case 0x88 -> stack.push(new Bool(true));
      case 0x89 -> stack.push(new Bool(false));
      case 'I' -> stack.push(literals.integer(in.line()));
      case 'J' -> stack.push(new Whole(in.i4()));
      case 'K' -> stack.push(new Whole(in.u1()));
      case 'M' -> stack.push(new Whole(in.u2()));
      case 'L' -> stack.push(literals.longInteger(in.line()));
      case 0x8a -> stack.push(literals.whole(in.u1()));
      case 0x8b -> stack.push(literals.whole(in.i4()));
      case 'F' -> stack.push(literals.real(in.line()));
      case 'G' -> stack.push(new Real(in.bigEndianDouble()));
      case 'S' -> stack.push(new Text(literals.unquoted(in.line())));
      case 'T' -> stack.push(new Text(new String(in.bytes(in.i4()), ISO_8859_1)));
      case 'U' -> stack.push(new Text(new String(in.bytes(in.u1()), ISO_8859_1)));
      case 'V' -> stack.push(new Text(in.line()));
      case 'X' -> stack.push(text(Integer.toUnsignedLong(in.i4())));
      case 0x8c -> stack.push(text(in.u1()));
      case 0x8d -> stack.push(text(in.i8()));
      case 'B' -> stack.push(new Bytes(in.bytes(Integer.toUnsignedLong(in.i4()))));
      case 'C' -> stack.push(new Bytes(in.bytes(in.u1())));
      case 0x8e, 0x96 -> stack.push(new Bytes(in.bytes(in.i8())));
      case ']', ')', 0x8f -> stack.push(new Items(new ArrayList<>()));
      case 'l', 't', 0x91 -> stack.push(new Items(new ArrayList<>(stack.marked())));
      case 0x85 -> stack.push(new Items(stack.popped(1)));
      case 0x86 -> stack.push(new Items(stack.popped(2)));
      case 0x87 -> stack.push(new Items(stack.popped(3)));
      case 'a' -> append(stack.popped(1));
      case 'e', 0x90 -> append(stack.marked());
      case '}' -> stack.push(new Dict());
      case 'd' -> {
        var pairs = stack.marked();
        stack.push(new Dict());
        set(pairs);
      }
      case 's' -> set(stack.popped(2));
      case 'u' -> set(stack.marked());
      case 'p' -> stack.remember(literals.index(in.line()));
      case 'q' -> stack.remember(in.u1());
      case 'r' -> stack.remember(in.i4());
      case 0x94 -> stack.remember();
      case 'g' -> stack.recall(literals.index(in.line()));
      case 'h' -> stack.recall(in.u1());
      case 'j' -> stack.recall(in.i4());
      case 'c' -> stack.push(new Global(in.line(), in.line()));
      case 0x93 -> {
        var name = stack.popped(2);
        stack.push(new Global(textOf(name.get(0)), textOf(name.get(1))));
      }
      case 'R', 0x81 -> call(stack.popped(2));
      case 0x92 -> {
        var call = stack.popped(3);
        call(List.of(call.get(0), call.get(1)));
      }
      case 'i' -> {
        var callee = new Global(in.line(), in.line());
        stack.push(calls.of(callee, stack.marked()));
      }
      case 'o' -> {
        var call = stack.marked();
        if (call.isEmpty()) {
          throw in.damaged("an object without a class");
        }
        stack.push(calls.of(global(call.getFirst()), call.subList(1, call.size())));
      }
      case 'b' -> build(stack.pop());
      case 'P' -> outside(new Text(in.line()));
      case 'Q' -> outside(stack.pop());
      default -> throw in.damaged("the instruction %d, which makes no value of a checkpoint"
          .formatted(op));
    }
  }

  private void version(int protocol) throws FormatException {
    if (protocol > 5) {
      throw in.damaged("protocol %d, expected at most 5".formatted(protocol));
    }
  }

  private void append(List<PickleValue> more) throws FormatException {
    switch (stack.top()) {
      case Items items -> items.values.addAll(more);
      case Called object -> object.appended.addAll(more);
      default -> throw in.damaged("elements for what is no list");
    }
  }

  private void set(List<PickleValue> pairs) throws FormatException {
    var dict = switch (stack.top()) {
      case Dict it -> it;
      case Called object -> object.items;
      default -> throw in.damaged("entries for what is no dictionary");
    };
    if (pairs.size() % 2 != 0) {
      throw in.damaged("a key without a value");
    }
    for (int i = 0; i < pairs.size(); i += 2) {
      dict.put(pairs.get(i), pairs.get(i + 1));
    }
  }

  private void call(List<PickleValue> call) throws FormatException {
    if (!(call.get(1) instanceof Items arguments)) {
      throw in.damaged("a call without arguments");
    }
    stack.push(calls.of(global(call.get(0)), arguments.values));
  }

  private void build(PickleValue state) throws FormatException {
    switch (stack.top()) {
      case Called object -> object.state = state;
      case Dict _, Items _ -> {} // attributes of a dictionary, such as _metadata
      default -> throw in.damaged("a state for what is no object");
    }
  }

  private void outside(PickleValue id) throws FormatException {
    persistent.accept(id);
    stack.push(new Persistent(id));
  }

  private Global global(PickleValue value) throws FormatException {
    if (value instanceof Global global) {
      return global;
    }
    throw in.damaged("a call of what is no name");
  }

  private String textOf(PickleValue value) throws FormatException {
    if (value instanceof Text(var text)) {
      return text;
    }
    throw in.damaged("a name that is no text");
  }

  private Text text(long length) throws IOException {
    return new Text(new String(in.bytes(length), UTF_8));
  }
}
