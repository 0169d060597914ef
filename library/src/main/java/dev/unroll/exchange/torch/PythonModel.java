package dev.unroll.exchange.torch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.data.Scaling;
import dev.unroll.expr.Function;
import dev.unroll.format.file.FileFailure;
import dev.unroll.layer.Pooling;
import dev.unroll.model.loss.Loss.BinaryCrossEntropy;
import dev.unroll.model.loss.Loss.Regression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A page of Python that defines an exported model with PyTorch alone and loads its weights.
///
/// @param weights the name of the file beside it
record PythonModel(TorchExport export, String weights) {

  /// The first line of a file that may be replaced.
  private static final String MARK = "# Written by Unroll, which replaces this file when it exports"
      + " again.";

  /// Refuses to replace a file that somebody else has written.
  ///
  /// @throws IOException one sentence, if there is such a file
  static void requireOwn(Path python) throws IOException {
    if (!Files.isRegularFile(python) || Files.size(python) == 0) {
      return; // what is no file at all is refused when it is written
    }
    byte[] first;
    try (var in = Files.newInputStream(python)) {
      first = in.readNBytes(MARK.length());
    } catch (IOException e) {
      throw FileFailure.reading(python, e);
    }
    if (!new String(first, UTF_8).equals(MARK)) {
      throw new IOException(
          ("%s is there already and was not written by Unroll, and would be replaced by the module"
              + " that loads the weights; give the weights another name").formatted(python));
    }
  }

  /// The Python file.
  String text() {
    var text = new StringBuilder(MARK).append('\n');
    text.append("""
        \"""%s, exported by Unroll.

            model = load()
            y = model.predict(x)  # x %s

        Needs PyTorch 1.10 or newer, and nothing else. All sequences of a batch have one length.
        \"""
        import json
        import struct
        from pathlib import Path

        import torch
        from torch import nn


        class Model(nn.Module):
            def __init__(self):
                super().__init__()
        """.formatted(title(), symbols() ? "[batch, time], the numbers of symbols"
        : "[batch, time, %d]".formatted(export.inputs().size())));
    modules(text);
    forward(text);
    predict(text);
    load(text);
    return text.toString();
  }

  private boolean symbols() {
    return export.inputs().symbols() > 0;
  }

  private boolean bothWays() {
    return export.body().directions() != null;
  }

  private int width() {
    return export.body().outputSize() * (bothWays() ? 2 : 1);
  }

  private String title() {
    var body = export.body();
    return "%s: %s, %d layer%s of %d%s".formatted(export.carried() ? "A language model"
        : export.pooling() == null ? "An output at each step" : "One output for a sequence",
        body.cell().name(), body.layers(), body.layers() == 1 ? "" : "s", body.hidden(),
        bothWays() ? " in two directions" : "");
  }

  private void modules(StringBuilder text) {
    var inputs = export.inputs();
    var body = export.body();
    if (symbols()) {
      line(text, 2, "self.embedding = nn.Embedding(%d, %d)".formatted(inputs.symbols(),
          inputs.size()));
    }
    var module = export.module();
    line(text, 2, "self.rnn = nn.%s(".formatted(module.type));
    line(text, 3, "%d, %d, num_layers=%d, batch_first=True%s%s%s)".formatted(
        inputs.width(), body.hidden(), body.layers(), bothWays() ? ", bidirectional=True" : "",
        module.more.formatted(body.outputSize()),
        body.dropout() > 0 && body.layers() > 1 ? ", dropout=" + body.dropout() : ""));
    line(text, 2, "self.dropout = nn.Dropout(%s)".formatted(body.dropout()));
    line(text, 2, "self.output = nn.Linear(%d, %d)".formatted(width(), export.outputs().size()));
    if (export.outputs().tied()) {
      line(text, 2, "self.output.weight = self.embedding.weight");
    }
    text.append('\n');
  }

  private void forward(StringBuilder text) {
    line(text, 1, "def forward(self, x, state=None):");
    line(text, 2, "\"\"\"%s%s.\"\"\"".formatted(
        export.outputs().loss().isOfClasses() || isOfBits() ? "The logits" : "The outputs",
        export.pooling() == null ? " of all steps, and the states after them" : ""));
    if (symbols()) {
      line(text, 2, "x = self.embedding(x)");
    }
    line(text, 2, "h, state = self.rnn(x, state)");
    var pooling = export.pooling();
    if (pooling == null) {
      line(text, 2, "return %s, state".formatted(activated("self.output(self.dropout(h))")));
    } else {
      if (pooling == Pooling.LAST) {
        if (export.module().type.equals("LSTM")) {
          line(text, 2, "state = state[0]");
        }
        line(text, 2, bothWays() ? "h = torch.cat([state[-2], state[-1]], dim=1)"
            : "h = state[-1]");
      } else {
        line(text, 2, pooling == Pooling.MEAN ? "h = h.mean(1)" : "h = h.max(1).values");
      }
      line(text, 2, "return " + activated("self.output(self.dropout(h))"));
    }
    text.append('\n');
  }

  private String activated(String value) {
    var activation = export.outputs().activation();
    return activation == null ? value
        : activation == Function.RELU ? "torch.relu(%s)".formatted(value)
            : "torch.%s(%s)".formatted(activation.name().toLowerCase(Locale.ROOT), value);
  }

  private boolean isOfBits() {
    return export.outputs().loss() instanceof BinaryCrossEntropy;
  }

  private void predict(StringBuilder text) {
    line(text, 1, "@torch.no_grad()");
    line(text, 1, "def predict(self, x):");
    line(text, 2, "\"\"\"%s.\"\"\"".formatted(
        export.outputs().loss().isOfClasses() ? "The probabilities of the classes"
            : isOfBits() ? "The probabilities of the bits" : numbers()));
    scaled(text, export.inputs().scaling(), "x = ((x.double() - shift) / scale).float()");
    line(text, 2, "y = self(x)" + (export.pooling() == null ? "[0]" : ""));
    if (export.outputs().loss().isOfClasses()) {
      line(text, 2, "y = y.softmax(-1)");
    } else if (isOfBits()) {
      line(text, 2, "y = y.sigmoid()");
    }
    scaled(text, export.outputs().scaling(), "y = (y.double() * scale + shift).float()");
    line(text, 2, "return y");
  }

  /// A forecaster scales its windows outside of its network, which alone is exported.
  private String numbers() {
    var quantiles = export.outputs().loss() instanceof Regression.Quantile loss
        ? "The quantiles %s of each number".formatted(loss.quantiles().stream()
            .map(String::valueOf).collect(Collectors.joining(", ")))
        : "The numbers";
    return quantiles + (export.outputs().scaling() == null
        ? ",\n        in the scale of the targets that the network learned from; a forecaster"
            + " scales\n        its windows before, which is not done here"
        : ", in the units of the data");
  }

  private static void scaled(StringBuilder text, @Nullable Scaling scaling, String line) {
    if (scaling != null) {
      line(text, 2, "shift = torch.tensor(%s, dtype=torch.float64)".formatted(
          Arrays.toString(scaling.shift())));
      line(text, 2, "scale = torch.tensor(%s, dtype=torch.float64)".formatted(
          Arrays.toString(scaling.scale())));
      line(text, 2, line);
    }
  }

  private void load(StringBuilder text) {
    text.append("""


        def load(path=None):
            data = Path(path or Path(__file__).with_name(%s)).read_bytes()
            begin = 8 + struct.unpack("<Q", data[:8])[0]
            tensors = {}
            for name, about in json.loads(data[8:begin]).items():
                if name != "__metadata__":
                    start, end = about["data_offsets"]
                    part = bytearray(data[begin + start:begin + end])
                    tensors[name] = torch.frombuffer(part, dtype=torch.float32).reshape(about["shape"])
        """.formatted(quoted(weights)));
    if (export.outputs().tied()) {
      line(text, 1, "tensors[\"output.weight\"] = tensors[\"embedding.weight\"]");
    }
    line(text, 1, "model = Model()");
    line(text, 1, "model.load_state_dict(tensors)");
    line(text, 1, "return model.eval()");
  }

  /// A name of a file as a Python literal; names may have anything.
  private static String quoted(String text) {
    var quoted = new StringBuilder("\"");
    text.codePoints().forEach(c -> {
      if (c == '"' || c == '\\' || c < ' ' || c > '~') {
        quoted.append("\\U%08x".formatted(c));
      } else {
        quoted.appendCodePoint(c);
      }
    });
    return quoted.append('"').toString();
  }

  private static void line(StringBuilder text, int indent, String line) {
    text.append("    ".repeat(indent)).append(line).append('\n');
  }
}
