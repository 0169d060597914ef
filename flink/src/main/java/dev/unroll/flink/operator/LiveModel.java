package dev.unroll.flink.operator;

import dev.unroll.stream.StreamModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.flink.util.InstantiationUtil;

/// A model that came while a job ran, as stored in a checkpoint, and the version of the model that
/// the job was started with. A job that is restarted with the same model goes on with the stored
/// one; a job that is restarted with another model begins with that.
///
/// @param configured the version of the model that the job was started with
/// @param model the one in use
record LiveModel(String configured, StreamModel model) {
  byte[] toBytes() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeUTF(configured);
      out.write(InstantiationUtil.serializeObject(model));
    }
    return bytes.toByteArray();
  }

  static LiveModel of(byte[] bytes) throws IOException {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      var configured = in.readUTF();
      return new LiveModel(configured, InstantiationUtil.deserializeObject(in.readAllBytes(),
          LiveModel.class.getClassLoader()));
    } catch (ClassNotFoundException e) {
      throw new IOException("the model in the checkpoint needs a class that the job lacks: "
          + e.getMessage(), e);
    }
  }
}
