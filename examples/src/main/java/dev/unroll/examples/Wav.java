package dev.unroll.examples;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/// Sound of one channel, −1 … 1, 16 bits a sample in files.
///
/// @param samples the last may be followed by silence
/// @param rate samples a second
record Wav(float[] samples, int rate) {
  /// A sample of 16 bits is an integer of up to this magnitude.
  private static final float FULL = 32768;

  /// Reads a file.
  ///
  /// @throws IllegalArgumentException if it is not a WAV of one channel, 16 bits and the rate
  static Wav read(Path file, int rate) throws IOException {
    try (var in = AudioSystem.getAudioInputStream(file.toFile())) {
      var format = in.getFormat();
      if (format.getChannels() != 1 || format.getSampleSizeInBits() != 16
          || format.getSampleRate() != rate) {
        throw new IllegalArgumentException(
            ("%s is %s, expected one channel of 16 bits at %d Hz; convert it, for example with "
                + "ffmpeg.")
                .formatted(file, format, rate));
      }
      var bytes = ByteBuffer.wrap(in.readAllBytes())
          .order(format.isBigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      float[] samples = new float[bytes.remaining() / 2];
      for (int i = 0; i < samples.length; i++) {
        samples[i] = bytes.getShort() / FULL;
      }
      return new Wav(samples, rate);
    } catch (UnsupportedAudioFileException e) {
      throw new IllegalArgumentException("%s is no WAV file.".formatted(file), e);
    }
  }

  /// Writes a file; louder samples are cut.
  void write(Path file) throws IOException {
    var bytes = ByteBuffer.allocate(2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float sample : samples) {
      bytes.putShort((short) Math.clamp(Math.round(sample * FULL), -32768, 32767));
    }
    var format = new AudioFormat(rate, 16, 1, true, false);
    try (var in = new AudioInputStream(new ByteArrayInputStream(bytes.array()), format,
        samples.length); var out = Files.newOutputStream(file)) {
      AudioSystem.write(in, AudioFileFormat.Type.WAVE, out);
    }
  }
}
