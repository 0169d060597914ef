package dev.unroll.format.pickle;

import dev.unroll.format.FormatException;
import dev.unroll.format.json.Quote;
import dev.unroll.format.pickle.PickleValue.Called;
import dev.unroll.format.pickle.PickleValue.Dict;
import dev.unroll.format.pickle.PickleValue.Global;
import dev.unroll.format.pickle.PickleValue.Items;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// What the calls of a pickle give: collections of Python as values, and a record of a call whose
/// name is known. Any other is refused; nothing is ever executed.
///
/// @param known the names that may be called
/// @param stack counts the values
/// @param name of the file, for messages
record PickleCalls(Predicate<Global> known, PickleStack stack, String name) {
  private static final Set<String> DICTIONARIES = Set.of("collections.OrderedDict",
      "collections.defaultdict", "builtins.dict", "__builtin__.dict");
  private static final Set<String> COLLECTIONS =
      Set.of("builtins.set", "__builtin__.set", "builtins.frozenset", "__builtin__.frozenset",
          "builtins.list", "__builtin__.list", "builtins.tuple", "__builtin__.tuple");

  PickleValue of(Global callee, List<PickleValue> arguments) throws FormatException {
    var called = callee.toString();
    if (DICTIONARIES.contains(called)) {
      var dict = new Dict();
      if (!arguments.isEmpty() && arguments.getLast() instanceof Items pairs) {
        for (var pair : pairs.values) {
          if (pair instanceof Items both && both.values.size() == 2) {
            stack.count();
            dict.put(both.values.get(0), both.values.get(1));
          }
        }
      }
      return dict;
    }
    if (COLLECTIONS.contains(called)) {
      var all = new ArrayList<PickleValue>();
      if (!arguments.isEmpty() && arguments.getFirst() instanceof Items items) {
        for (var value : items.values) {
          stack.count();
          all.add(value);
        }
      }
      return new Items(all);
    }
    if (!known.test(callee)) {
      throw new FormatException(
          ("%s: its pickle calls %s, which is none of the names that weights need; nothing was "
              + "executed. %s").formatted(name, Quote.of(called),
                  called.contains("quantiz")
                      || called.endsWith("ScriptObject")
                          ? "Quantized weights are not read: save those of the model before it is"
                              + " quantized"
                          : "Save the weights alone: torch.save(model.state_dict(), file)"));
    }
    return new Called(callee, arguments);
  }
}
