package dev.unroll.train.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.data.DataException;
import dev.unroll.format.FormatException;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.file.ModelFile;
import dev.unroll.train.Recipe;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingListener;
import dev.unroll.train.TrainingSession;
import dev.unroll.train.TrainingSession.Origin;
import dev.unroll.train.text.TextCoding.Unit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// [TextCoding], [TextDecoder] and the size of a [TextTask].
class TextCodingTest {
  private static final String TEXT = "the cat and the dog saw the other cat\nnaïve café €5 😀\n"
      .repeat(20);

  @TempDir
  private Path folder;

  private static TextCoding coding(Unit unit) {
    return switch (unit) {
      case CHARACTER -> TextCoding.characters(TEXT);
      case BYTE -> TextCoding.bytes();
      case SUBWORD -> TextCoding.subwords(TEXT, 30);
    };
  }

  @ParameterizedTest
  @EnumSource
  void aTextComesBack(Unit unit) {
    var coding = coding(unit);
    assertThat(TextDecoder.text(coding, coding.encode(TEXT))).isEqualTo(TEXT);
    assertThat(TextCoding.unit(coding.tokens())).isEqualTo(unit);
  }

  /// Characters that were not in the text ended in an error.
  @Test
  void bytesAndSubwordsReadAnyText() {
    assertThatThrownBy(() -> coding(Unit.CHARACTER).encode("the ж"))
        .isInstanceOf(DataException.class).hasMessageContaining("U+0436");
    for (long seed = 1; seed <= 100; seed++) {
      var random = new SplittableRandom(seed);
      var text = new StringBuilder("the cat <0x41> ");
      for (int i = 0; i < 20; i++) {
        int codePoint = random.nextInt(Character.MAX_CODE_POINT + 1);
        boolean half =
            codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
        text.appendCodePoint(half ? ' ' : codePoint);
      }
      for (var unit : List.of(Unit.BYTE, Unit.SUBWORD)) {
        var coding = coding(unit);
        assertThat(TextDecoder.text(coding, coding.encode(text.toString()))).as("seed " + seed)
            .isEqualTo(text.toString());
      }
    }
  }

  @Test
  void subwordsAreFewerThanBytes() {
    int[] subwords = coding(Unit.SUBWORD).encode("the other cat");
    assertThat(coding(Unit.SUBWORD).tokens().decode(subwords)).startsWith("the");
    assertThat(subwords.length).isLessThan(coding(Unit.BYTE).encode("the other cat").length);
  }

  @Test
  void aCharacterIsWrittenWhenItIsComplete() {
    var decoder = TextCoding.bytes().decoder();
    assertThat(decoder.next(0xE2)).isEmpty();
    assertThat(decoder.next(0x82)).isEmpty();
    assertThat(decoder.next(0xAC)).isEqualTo("€");
    assertThat(decoder.next(0xE2)).isEmpty();
    assertThat(decoder.next('a')).as("what is none is replaced").isEqualTo("\uFFFDa");
    assertThat(decoder.next(0xF0)).isEmpty();
    assertThat(decoder.end()).isEqualTo("\uFFFD");
    assertThat(decoder.next('b')).isEqualTo("b");
  }

  @Test
  void linesEnd() {
    var subwords = TextCoding.subwords("a\n\nb\n\nc\n\n".repeat(5), 10);
    for (var coding : List.of(coding(Unit.CHARACTER), TextCoding.bytes(), subwords)) {
      int[] symbols = coding.encode("a\n\n");
      assertThat(coding.endsLine(symbols[symbols.length - 1])).isTrue();
      assertThat(coding.endsLine(symbols[0])).isFalse();
    }
  }

  /// é has two bytes: 1 nat for each of three symbols is 3 / ln 2 bits over two characters and three
  /// bytes.
  @Test
  void bitsOfDifferentSymbolsCanBeCompared() {
    var size = TextTask.Size.of("aé", 3);
    assertThat(size.characters()).isEqualTo(2);
    assertThat(size.bytes()).isEqualTo(3);
    assertThat(size.bitsPerCharacter(1)).isCloseTo(1.5 / Math.log(2), within(1e-12));
    assertThat(size.bitsPerByte(1)).isCloseTo(1 / Math.log(2), within(1e-12));
  }

  /// Subwords of the validation part are not learned.
  @Test
  void subwordsAreLearnedFromThePartToTrainOn() {
    var text = "aaaa bbbb ".repeat(90) + "zyzy ".repeat(20);
    var task = TextTask.of("test", text, Unit.SUBWORD, 50);
    assertThat(task.tokens().toList()).contains(" bbbb").doesNotContain("zy", " zyzy");
    assertThat(TextDecoder.text(task.coding(), task.validation())).isEqualTo("zyzy ".repeat(20));
    assertThat(task.size().bytes()).isEqualTo(100);
  }

  @ParameterizedTest
  @EnumSource
  void aFileKnowsItsSymbols(Unit unit) throws IOException {
    var task = TextTask.of("test", TEXT, unit, 20);
    var model = LanguageModel
        .parts(task.tokens(), 4, RecurrentStack.of(Gru.cell(), 5), 1).initialized();
    try (var engine = Engine.of(1)) {
      Trainer.of(model).recipe(Recipe.of(1)).engine(engine).folder(folder)
          .origin(new Origin(task.data(2, 8))).session(task.batches(2, 8), task.validationBatches())
          .fit(TrainingListener.SILENT);
    }
    var coding = TextCoding.of(ModelFile.read(folder.resolve(TrainingSession.MODEL)));
    assertThat(coding.unit()).isEqualTo(unit);
    assertThat(coding.encode(TEXT)).isEqualTo(task.coding().encode(TEXT));
    assertThat(Arrays.stream(coding.encode("the dog")).max().orElseThrow())
        .isLessThan(task.tokens().size());
  }

  @Test
  void aDamagedFileIsRefused() throws IOException {
    var model = LanguageModel
        .parts(TextCoding.characters("abc").tokens(), 4, RecurrentStack.of(Gru.cell(), 5), 1)
        .initialized();
    var data = new LinkedHashMap<String, Object>();
    data.put("tokens", "bytes");
    var provenance = new LinkedHashMap<String, Object>();
    provenance.put("data", data);
    ModelFile.write(folder.resolve("m"), model, provenance);
    var file = ModelFile.read(folder.resolve("m"));
    assertThatThrownBy(() -> TextCoding.of(file)).isInstanceOf(FormatException.class)
        .hasMessageContaining("has symbols that are no bytes; the file is damaged");
  }
}
