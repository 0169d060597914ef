package dev.unroll.spark.training;

import dev.unroll.spark.file.HadoopFiles;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;

/// Why no attempt of a job would succeed, in files of its folder, one for each member: a member
/// writes its own before it leaves, so that what the others say then, that it is lost, does not
/// hide it. The driver deletes them.
///
/// @param job a name that no other job has
record Problems(HadoopFiles folder, String job) implements Serializable {
  private HadoopFiles file(int member) {
    return folder.resolve(".problem-%s-%d".formatted(job, member));
  }

  void tell(int member, String sentence) throws IOException {
    file(member).write(sentence.getBytes(StandardCharsets.UTF_8));
  }

  /// The sentence of the first member that told one; empty for none.
  String told(int members) throws IOException {
    for (int member = 0; member < members; member++) {
      if (file(member).exists()) {
        return new String(file(member).read(), StandardCharsets.UTF_8);
      }
    }
    return "";
  }

  void delete(int members) throws IOException {
    for (int member = 0; member < members; member++) {
      file(member).delete();
    }
  }
}
