package dev.unroll.exchange;

import dev.unroll.data.Tokens;
import dev.unroll.exchange.checkpoint.Checkpoint;
import dev.unroll.exchange.network.NetworkModel;
import dev.unroll.exchange.network.NetworkModel.Form;
import dev.unroll.exchange.network.NetworkModel.Wishes;
import dev.unroll.exchange.tensorflow.BasicLstmNetwork;
import dev.unroll.exchange.tensorflow.VariableFolder;
import dev.unroll.format.FormatException;
import dev.unroll.model.SequenceToSequence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Variables of TensorFlow 1 in a folder, as ml5 publishes language models: `manifest.json` and a
/// file of numbers for each. Models of Keras are read by `unroll-keras`.
///
/// ```java
/// var model = TensorFlow.load(folder).vocabulary(symbols).importAsLanguageModel().model();
/// ```
///
/// Immutable; safe for use by several threads.
public final class TensorFlow {
  private final Checkpoint checkpoint;
  private final @Nullable Tokens vocabulary;

  private TensorFlow(Checkpoint checkpoint, @Nullable Tokens vocabulary) {
    this.checkpoint = checkpoint;
    this.vocabulary = vocabulary;
  }

  /// Reads a folder; its variables are read when a model is made.
  ///
  /// @throws FormatException one sentence, if it is no such folder, or names files outside
  public static TensorFlow load(Path folder) throws IOException {
    return new TensorFlow(VariableFolder.read(folder), null);
  }

  /// What the symbols are that are read, in order.
  public TensorFlow vocabulary(List<String> symbols) {
    return new TensorFlow(checkpoint, Tokens.of(symbols));
  }

  /// The variables.
  public Checkpoint checkpoint() {
    return checkpoint;
  }

  /// A language model of `BasicLSTMCell`s, which reads symbols and predicts the next one, with
  /// states carried on.
  ///
  /// @throws FormatException if the variables are none: one sentence that names the one at fault
  public Imported<SequenceToSequence> importAsLanguageModel() throws IOException {
    var made = NetworkModel.of(BasicLstmNetwork.of(checkpoint),
        new Wishes(Form.LANGUAGE_MODEL, null, null, vocabulary, null));
    return new Imported<>((SequenceToSequence) made.model(), made.transfers(), made.remarks());
  }
}
