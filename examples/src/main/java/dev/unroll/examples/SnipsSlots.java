package dev.unroll.examples;

import dev.unroll.format.json.Json;
import dev.unroll.format.json.JsonFields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/// Writes the utterances of the SNIPS data set with their slots as JSON Lines for
/// `unroll train tag`: `train.jsonl`, `dev.jsonl` and `test.jsonl`. The files `validate_…` are the
/// test set, as in the literature (Goo et al. 2018, "Slot-gated modeling"), and 100 utterances of
/// each intent to train on are drawn for validation.
final class SnipsSlots {
  private static final Pattern TOKEN =
      Pattern.compile("[\\p{L}\\p{M}\\p{N}]+(?:['’.&-][\\p{L}\\p{M}\\p{N}]+)*|\\S");
  private static final int VALIDATION = 100;

  static void main(String[] args) throws IOException {
    run(Path.of(args[0]), Path.of(args[1]), VALIDATION);
  }

  /// Reads a folder of the data set, gzip or not, and writes the three files to another one.
  static void run(Path folder, Path to, int validation) throws IOException {
    var train = new ArrayList<String>();
    var dev = new ArrayList<String>();
    for (var file : files(folder, name -> name.startsWith("train_"))) {
      var lines = lines(file);
      Collections.shuffle(lines, new Random(1));
      dev.addAll(lines.subList(0, validation));
      train.addAll(lines.subList(validation, lines.size()));
    }
    var test = new ArrayList<String>();
    for (var file : files(folder, name -> name.startsWith("validate_"))) {
      test.addAll(lines(file));
    }
    Files.createDirectories(to);
    Files.write(to.resolve("train.jsonl"), train);
    Files.write(to.resolve("dev.jsonl"), dev);
    Files.write(to.resolve("test.jsonl"), test);
    IO.println("%d to train, %d to validate, %d to test".formatted(train.size(), dev.size(),
        test.size()));
  }

  private static List<Path> files(Path folder, Predicate<String> named) throws IOException {
    try (var all = Files.list(folder)) {
      return all.filter(file -> named.test(file.getFileName().toString())).sorted().toList();
    }
  }

  /// The utterances of a file. Some have bytes that are not UTF-8, which become one sign.
  private static List<String> lines(Path file) throws IOException {
    var name = file.toString();
    try (var in = name.endsWith(".gz") ? new GZIPInputStream(Files.newInputStream(file))
        : Files.newInputStream(file)) {
      var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      var intents = JsonFields.parse(text, name);
      var lines = new ArrayList<String>();
      for (var intent : intents.keys()) {
        for (var utterance : intents.objects(intent)) {
          lines.add(line(utterance.objects("data")));
        }
      }
      return lines;
    }
  }

  private static String line(List<JsonFields> parts) throws IOException {
    var tokens = new ArrayList<String>();
    var tags = new ArrayList<String>();
    for (var part : parts) {
      var words = TOKEN.matcher(part.string("text"));
      for (boolean first = true; words.find(); first = false) {
        tokens.add(words.group());
        tags.add(part.has("entity") ? (first ? "B-" : "I-") + part.string("entity") : "O");
      }
    }
    var fields = new LinkedHashMap<String, Object>();
    fields.put("tokens", tokens);
    fields.put("tags", tags);
    return Json.write(fields);
  }
}
