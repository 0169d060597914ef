package dev.unroll.train.parallel;

import dev.unroll.model.loss.Score;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/// How the members of a job, which train copies of one model, add their gradients: each computes
/// some shards of every batch, and gets the sum over all.
///
/// ```
/// member m of M computes the shards ⌊m S / M⌋ … ⌊(m + 1) S / M⌋ − 1 of S
/// ```
///
/// The sum is that of one balanced tree over the parts of the step ([PartSum]), whoever computes
/// which: one member or many get the same bits. One caller at a time.
public interface Reduction extends Closeable {
  /// The number of this member, from 0.
  int member();

  /// The number of members.
  int members();

  /// Adds up the gradients of all members.
  ///
  /// @param own the sums of the parts that this member has computed, in their order
  /// @param total gets the sum over all parts
  /// @return the score of all parts
  /// @throws IOException if a member is lost, is at another step, or sends something else; one
  ///     sentence that names it
  Score reduce(List<PartSum> own, float[] total) throws IOException;

  /// The members that came late to the last [#reduce] and are to be told.
  default List<Straggler> stragglers() {
    return List.of();
  }

  /// Brings together what each member has of its shards.
  ///
  /// @param values `[shards, n]`: those of this member's shards are sent, the others received
  /// @param shards S, at least as many as members
  /// @throws IOException as from [#reduce]
  void gather(float[] values, int shards) throws IOException;

  /// Brings what each member has of its shards to the first one.
  ///
  /// @param shards S arrays of one length: those of this member's shards are sent, and on the first
  ///     member the others received; on others theirs are not looked at
  /// @throws IOException as from [#reduce]
  void collect(float[][] shards) throws IOException;

  /// The first shard of a member; that of the number of members is S.
  ///
  /// @param shards S
  default int firstShard(int member, int shards) {
    return (int) ((long) member * shards / members());
  }

  /// Whether this member computes a shard.
  ///
  /// @param shards S, at least as many as members
  default boolean computes(int shard, int shards) {
    return shard >= firstShard(member(), shards) && shard < firstShard(member() + 1, shards);
  }
}
