/// Models made of layers, and their losses.
///
/// The four structures, each made of [dev.unroll.model.Inputs], a [dev.unroll.model.RecurrentStack]
/// and [dev.unroll.model.Outputs]:
///
/// ```
/// SequenceToVector.of(Inputs.features(28), RecurrentStack.of(Lstm.cell(), 128), Pooling.LAST,
///     Outputs.classes(10), seed)
/// SequenceToSequence.of(Inputs.symbols(V, 64), RecurrentStack.of(Gru.cell(), 128).layers(2).dropout(0.2),
///     Outputs.classes(10), seed)
/// VectorToSequence.of(Inputs.symbols(18, 16), Feeding.EVERY_STEP, RecurrentStack.of(Lstm.cell(), 128),
///     Outputs.symbols(60), seed).feedback(32).initialized()
/// EncoderDecoder.of(Inputs.symbols(27, 64),
///     RecurrentStack.of(Gru.cell(), 128).bidirectional(CONCATENATE),
///     RecurrentStack.of(Gru.cell(), 128), Outputs.symbols(39))
///     .feeding(Feeding.EVERY_STEP).seed(seed).attention(Rule.ADDITIVE).initialized()
/// ```
///
/// [dev.unroll.model.ModelRun] trains and predicts; [dev.unroll.model.Decoding] writes sequences.
@NullMarked
package dev.unroll.model;

import org.jspecify.annotations.NullMarked;
