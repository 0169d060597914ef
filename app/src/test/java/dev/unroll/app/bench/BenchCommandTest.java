package dev.unroll.app.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.unroll.app.Commands;
import dev.unroll.cell.Cells;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {
  @TempDir
  private Path folder;

  @Test
  void aLineOfJsonForEachCombination() throws Exception {
    var lines = json("--cell", "lstm,gru", "--mode", "infer,train", "--batch", "2,3", "--time", "4",
        "--input", "5", "--hidden", "6", "--layers", "2", "--threads", "2");
    assertThat(lines).hasSize(8).allSatisfy(line -> {
      assertThat(line).containsEntry("time", 4L).containsEntry("input", 5L)
          .containsEntry("hidden", 6L).containsEntry("layers", 2L).containsEntry("threads", 2L);
      assertThat(number(line, "min")).isPositive()
          .isLessThanOrEqualTo(number(line, "ms"));
      assertThat(number(line, "ms")).isLessThanOrEqualTo(number(line, "p90"));
      assertThat(number(line, "gflops") * number(line, "ms") * 1e6)
          .isCloseTo(number(line, "flops"), withPercentage(0.1));
      assertThat(number(line, "roof")).isPositive();
      assertThat(number(line, "peakGflops")).isPositive();
      assertThat(number(line, "plannedBytes")).isPositive();
    });
    assertThat(lines).extracting(line -> line.get("mode") + " " + line.get("batch") + " "
        + line.get("cell")).containsExactly("infer 2 lstm", "infer 2 gru", "infer 3 lstm",
            "infer 3 gru", "train 2 lstm", "train 2 gru", "train 3 lstm", "train 3 gru");
    // 2·T·B·G·H·(F + H) + 2·T·B·G·H·(H + H), three times for training
    double layers = 2 * 4 * 2 * 4 * 6 * (5 + 6) + 2 * 4 * 2 * 4 * 6 * (6 + 6);
    assertThat(number(lines.getFirst(), "flops")).isEqualTo(layers);
    assertThat(number(lines.get(4), "flops")).isEqualTo(3 * layers);
  }

  @Test
  void aStepIsOneStepOfOneSampleUnlessABatchIsGiven() throws Exception {
    var lines = json("--cell", "rnn", "--mode", "step", "--hidden", "7");
    lines.addAll(json("--cell", "rnn", "--mode", "step", "--hidden", "7", "--batch", "3"));
    assertThat(lines).hasSize(2)
        .allSatisfy(line -> assertThat(line).containsEntry("time", 1L).containsEntry("input", 7L));
    assertThat(lines.getFirst()).containsEntry("batch", 1L).containsEntry("flops", 2L * 7 * 14);
    assertThat(lines.getLast()).containsEntry("batch", 3L).containsEntry("flops", 6L * 7 * 14);
  }

  @Test
  void everyPublishedCellInEveryMode() throws Exception {
    var lines = json("--cell", "all", "--hidden", "6", "--batch", "2", "--time", "3");
    assertThat(lines).hasSize(3 * Cells.all().size());
  }

  @Test
  void aCellFromAFileWithAndWithoutMasks() throws Exception {
    Files.writeString(folder.resolve("mine.cell"), "h' = tanh(W x + U h)");
    var lines = json("--cell", "mine.cell", "--mode", "train", "--hidden", "6", "--masks");
    assertThat(lines).extracting(line -> line.get("cell") + " " + line.get("masks"))
        .containsExactly("mine false", "mine true");
    assertThat(number(lines.getLast(), "flops")).isEqualTo(number(lines.getFirst(), "flops"));
  }

  /// Of the same arithmetic, with the bytes that each reads.
  @Test
  void smallWeightsAreMeasuredInTurn() throws Exception {
    var lines = json("--cell", "gru", "--mode", "step,train", "--hidden", "8", "--weights",
        "float32,bfloat16,int8");
    assertThat(lines).extracting(line -> line.get("mode") + " " + line.get("weights"))
        .containsExactly("step float32", "step bfloat16", "step int8", "train float32");
    assertThat(number(lines.get(2), "flops")).isEqualTo(number(lines.getFirst(), "flops"));
    assertThat(new Commands(folder).refused("bench", "--weights", "int4"))
        .contains("there is no precision int4; expected float32, bfloat16 or int8");
  }

  @Test
  void theTableHasTheRoofsAndARowForEachCell() {
    var result = new Commands(folder).run("bench", "--hidden", "8", "--batch", "2", "--time", "3",
        "--mode", "infer", "--seconds", "0.01");
    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).containsPattern("multiply-adds +[\\d.]+ GFLOP/s")
        .containsPattern("16 KB +[\\d.]+ GB/s");
    assertThat(result.out().lines().filter(line -> line.contains(" infer ")))
        .extracting(line -> line.split(" ")[0])
        .containsExactly("lstm", "gru", "rnn", "lstm-layernorm", "indrnn", "custom");
  }

  @Test
  void stagesAddUpToTheCall() throws Exception {
    var lines = json("--cell", "gru", "--mode", "train", "--hidden", "32", "--batch", "2", "--time",
        "3", "--layers", "2", "--stages");
    assertThat(lines.getFirst()).doesNotContainKey("stage").containsEntry("cell", "gru");
    var stages = lines.subList(1, lines.size());
    assertThat(stages).allSatisfy(line -> assertThat(line).containsEntry("cell", "gru")
        .containsEntry("mode", "train").containsEntry("layers", 2L));
    assertThat(stages).extracting(line -> line.get("phase")).startsWith("weights")
        .contains("forward, each step", "backward, each step").endsWith("gradients", "rest");
    assertThat(stages.stream().mapToDouble(line -> number(line, "share")).sum()).isCloseTo(1,
        withPercentage(0.1));
    // Two layers, W and U, G·H·H each: forward, back through both, and the gradients.
    double multiplyAdds = stages.stream()
        .mapToDouble(line -> number(line, "gflops") * number(line, "ms") * 1e6 / 2).sum();
    assertThat(multiplyAdds).isCloseTo(3 * 2 * 2 * 3.0 * 32 * 32 * 2 * 3, withPercentage(3));
  }

  @Test
  void theTableShowsStagesUnderTheirCell() {
    var result = new Commands(folder).run("bench", "--cell", "lstm", "--hidden", "8", "--batch",
        "2", "--time", "3", "--mode", "infer", "--seconds", "0.01", "--stages");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).containsPattern("lstm +infer .*\\R +of a call +GFLOP/s")
        .containsPattern("µs +\\d+ % +[\\d.]+  forward, before the loop: product\\(0\\).0 = x")
        .containsPattern("µs +\\d+ % +rest: between stages");
    assertThat(result.out().lines()).noneMatch(line -> line.endsWith(" "));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
    "--cell nosuch|There is no cell called 'nosuch'.",
    "--cell no/such.cell|There is no file",
    "--mode fly|'fly'",
    "--hidden 0|--hidden is 0, expected a number from 1 to 1,000,000",
    "--batch 2,-1|--batch is -1, expected",
    "--time x|'x' is not a whole number",
    "--layers 2000|--layers is 2000, expected a number from 1 to 1,000",
    "--threads 0|--threads is 0, expected",
    "--seconds 0|--seconds is 0.0, expected a number above 0",
    "--seconds NaN|--seconds is NaN",
    "--batch 100000 --time 100000|choose smaller sizes",
    "--cell rnn --batch 60000 --time 60000 --hidden 1|choose smaller sizes"})
  void badInputIsOneSentence(String options, String sentence) {
    var args = new ArrayList<>(List.of("bench"));
    args.addAll(List.of(options.split(" ")));
    var result = new Commands(folder).run(args);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err()).startsWith("unroll: ").contains(sentence);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no such signals")
  void whatIsThereIsPrintedWhenStopped() throws Exception {
    var commands = new Commands(folder);
    // In plain Java: commands are started with C1 alone, which takes minutes to warm vector code
    // up.
    var process = commands.start(List.of("-Dunroll.kernels=scalar"),
        List.of("bench", "--json", "--cell", "rnn", "--mode", "infer", "--batch", "1", "--time",
            "4", "--hidden", "4,5,6,7,8,9,10,11", "--seconds", "1.5"));
    while (Files.size(folder.resolve("out")) == 0) {
      assertThat(process.isAlive()).as("before the first line").isTrue();
      Thread.sleep(20);
    }
    new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor();
    var result = commands.await(process);
    assertThat(result.exitCode()).isEqualTo(130);
    assertThat(result.out().lines().count()).isBetween(1L, 7L);
    for (var line : result.out().lines().toList()) {
      assertThat(Json.object(line, "a line")).containsKey("ms");
    }
  }

  private List<Map<String, Object>> json(String... options) throws IOException {
    var args = new ArrayList<>(List.of("bench", "--json", "--seconds", "0.01"));
    args.addAll(List.of(options));
    var result = new Commands(folder).run(args);
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    var lines = new ArrayList<Map<String, Object>>();
    for (var line : result.out().lines().toList()) {
      lines.add(object(line));
    }
    return lines;
  }

  private static Map<String, Object> object(String line) throws FormatException {
    return new LinkedHashMap<>(Json.object(line, "a line of the output"));
  }

  private static double number(Map<String, Object> line, String field) {
    return ((Number) line.get(field)).doubleValue();
  }
}
