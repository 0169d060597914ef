package dev.unroll.expr.text;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Names of a cell in LaTeX: `Wf` as `W_f`, `b_hn` as `b_{hn}`, `gamma` and `γ` as `\gamma`, `h̃`
/// as `\tilde{h}`, longer words as `\mathrm{gate}`.
final class LatexNames {
  /// In the order of Unicode from α (U+03B1) on.
  private static final List<String> GREEK =
      List.of(
          "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
          "lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "varsigma", "sigma", "tau", "upsilon",
          "phi", "chi", "psi", "omega");

  /// The capitals that do not look like a Latin letter.
  private static final List<String> GREEK_CAPITALS =
      List.of(
          "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi",
          "Omega");

  private static final Map<Integer, String> ACCENTS =
      Map.of(
          0x0300, "grave",
          0x0301, "acute",
          0x0302, "hat",
          0x0303, "tilde",
          0x0304, "bar",
          0x0306, "breve",
          0x0307, "dot",
          0x0308, "ddot",
          0x030C, "check",
          0x20D7, "vec");

  private LatexNames() {}

  /// The LaTeX of a value at the step `time`, which is the last index, `f_t`, `h_{1,t}`.
  static String value(String name, String time) {
    return latex(name, 2, time);
  }

  /// The LaTeX of a parameter; names up to three letters are a letter with an index, as in `Whn`.
  static String parameter(String name) {
    return latex(name, 3, "");
  }

  /// @param longest words with more letters are not split into a letter and an index
  /// @param time the last index, or empty
  private static String latex(String name, int longest, String time) {
    int end = endOfWord(name);
    var word = name.substring(0, end);
    var indices = new ArrayList<String>();
    int letter = endOfLetter(word);
    if (GREEK.contains(word) || GREEK_CAPITALS.contains(word)) {
      word = command(word);
    } else if (letter == word.length() || word.codePointCount(0, word.length()) <= longest) {
      if (letter < word.length()) {
        indices.add(index(word.substring(letter)));
      }
      word = letter(word.substring(0, letter));
    } else {
      word = "\\mathrm{" + word + "}";
    }
    for (var index : name.substring(end).split("_")) {
      if (!index.isEmpty()) {
        indices.add(index(Normalizer.normalize(index, Normalizer.Form.NFKC)));
      }
    }
    if (!time.isEmpty()) {
      indices.add(time);
    }
    return indices.isEmpty() ? word : word + subscript(String.join(",", indices));
  }

  private static String subscript(String index) {
    return index.length() == 1 ? "_" + index : "_{" + index + "}";
  }

  /// An index; a Greek name or letter is one, and longer words are upright.
  private static String index(String index) {
    if (GREEK.contains(index)) {
      return command(index);
    }
    if (index.codePointCount(0, index.length()) == 1) {
      return letter(index);
    }
    boolean isWord = index.length() > 3 && index.codePoints().allMatch(Character::isLetter);
    return isWord ? "\\mathrm{" + index + "}" : index;
  }

  /// One letter with its accents.
  private static String letter(String accented) {
    int[] parts = Normalizer.normalize(accented, Normalizer.Form.NFD).codePoints().toArray();
    var latex = plain(parts[0]);
    for (int i = 1; i < parts.length; i++) {
      var accent = ACCENTS.get(parts[i]);
      latex =
          accent == null
              ? latex + Character.toString(parts[i])
              : "\\%s{%s}".formatted(accent, latex);
    }
    return latex;
  }

  private static String plain(int letter) {
    if (letter >= 'α' && letter <= 'ω') {
      return command(GREEK.get(letter - 'α'));
    }
    if (letter >= 'Α' && letter <= 'Ω') {
      var small = GREEK.get(letter - 'Α');
      var capital = Character.toUpperCase(small.charAt(0)) + small.substring(1);
      return GREEK_CAPITALS.contains(capital) ? command(capital) : Character.toString(letter);
    }
    return Character.toString(letter);
  }

  /// LaTeX has no command for the one Greek letter that looks like a Latin one.
  private static String command(String greek) {
    return greek.equals("omicron") ? "o" : "\\" + greek;
  }

  /// The end of the letters: at a digit, a subscript or `_`.
  private static int endOfWord(String name) {
    int i = endOfLetter(name);
    while (i < name.length()) {
      int c = name.codePointAt(i);
      if (!NameRules.isAccent(c) && (!Character.isLetter(c) || isSubscript(c))) {
        return i;
      }
      i += Character.charCount(c);
    }
    return i;
  }

  /// The end of the first letter with its accents.
  private static int endOfLetter(String name) {
    int i = Character.charCount(name.codePointAt(0));
    while (i < name.length() && NameRules.isAccent(name.codePointAt(i))) {
      i += Character.charCount(name.codePointAt(i));
    }
    return i;
  }

  /// Subscript letters: ᵢ–ᵪ, ₐ–ₜ, ⱼ.
  private static boolean isSubscript(int letter) {
    return letter >= 0x1D62 && letter <= 0x1D6A || letter >= 0x2090 && letter <= 0x209C
        || letter == 0x2C7C;
  }
}
