package dev.unroll.spark.training;

import dev.unroll.Engine;
import dev.unroll.data.DataException;
import dev.unroll.format.FormatException;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.model.file.ModelFile;
import dev.unroll.spark.file.CheckpointFolder;
import dev.unroll.spark.file.HadoopFiles;
import dev.unroll.train.Trainer;
import dev.unroll.train.TrainingException;
import dev.unroll.train.TrainingListener;
import dev.unroll.train.parallel.MemberDoor;
import dev.unroll.train.parallel.Reduction;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/// What a task of the barrier stage does: it becomes a member, takes over the last checkpoint, and
/// trains to the end. Its result is empty, or a sentence that says why no attempt would succeed;
/// whatever else goes wrong is an exception, after which Spark starts all tasks again.
final class MemberTask extends AbstractFunction1<Iterator<Integer>, Iterator<String>>
    implements Serializable {
  private static final long serialVersionUID = 1;

  /// How often members look whether all of them see the same files.
  private static final int LOOKS = 20;

  private final Job job;

  MemberTask(Job job) {
    this.job = job;
  }

  /// What all members know.
  ///
  /// @param model the file of the model that is trained, with its initial values
  /// @param folder that all see
  /// @param key of the job, random
  /// @param problems of this job
  record Job(byte[] model, TrainingBatches data, RecipeText recipe, HadoopFiles folder,
      long checkpointSteps, Duration patience, byte[] key,
      Problems problems) implements Serializable {}

  @Override
  public Iterator<String> apply(Iterator<Integer> partition) {
    return CollectionConverters.asScala(List.of(run()).iterator());
  }

  private String run() {
    var context = BarrierTaskContext.get();
    int member = context.partitionId();
    try (var door = new MemberDoor(InetAddress.getByName(host(context)), job.key, job.patience);
        var folder = new CheckpointFolder(job.folder, "member" + context.taskAttemptId())) {
      var addresses = context.allGather(door.address().getHostString() + " "
          + door.address().getPort());
      // All decide alike: of an attempt before, a member may still be writing.
      var told = Arrays.stream(context.allGather(job.problems.told(addresses.length)))
          .filter(problem -> !problem.isEmpty()).findFirst();
      if (told.isPresent()) {
        return told.get();
      }
      fetch(folder, context);
      try (var reduction = door.join(Arrays.stream(addresses).map(MemberTask::address).toList(),
          member)) {
        return train(reduction, folder, context.cpus());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /// The address at which this executor is known.
  private static String host(BarrierTaskContext context) {
    var address = context.getTaskInfos()[context.partitionId()].address();
    int colon = address.lastIndexOf(':');
    var host = colon < 0 ? address : address.substring(0, colon);
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static InetSocketAddress address(String text) {
    int space = text.lastIndexOf(' ');
    return new InetSocketAddress(text.substring(0, space),
        Integer.parseInt(text.substring(space + 1)));
  }

  /// Takes over the files of the folder, the same on all members: one of an attempt before may
  /// still be writing when they look.
  private static void fetch(CheckpointFolder folder, BarrierTaskContext context)
      throws IOException {
    for (int i = 0; i < LOOKS; i++) {
      var seen = context.allGather(folder.fetch());
      if (Arrays.stream(seen).distinct().count() == 1) {
        return;
      }
    }
    throw new IOException("the members see different files in the folder; give one that all see");
  }

  /// Trains, and tells what is wrong with data or settings before the others are told that this
  /// member is lost.
  private String train(Reduction reduction, CheckpointFolder folder, int threads)
      throws IOException {
    try {
      fit(reduction, folder, threads);
      return "";
    } catch (DataException | TrainingException | FormatException | IllegalArgumentException
        | IllegalStateException e) {
      if (BarrierTaskContext.get().isInterrupted()) {
        throw e; // another member has failed
      }
      var sentence = String.valueOf(e.getMessage()).replace(folder.path().toString(),
          job.folder.path());
      job.problems.tell(reduction.member(), sentence);
      return sentence;
    }
  }

  private void fit(Reduction reduction, CheckpointFolder folder, int threads)
      throws IOException {
    var file = ModelFile.of("the model that was sent",
        Safetensors.read(job.model, "the model that was sent"));
    var model = file.model();
    var train = job.data.train(model);
    var validation = job.data.validation(model);
    try (var engine = Engine.of(threads)) {
      var trainer = Trainer.of(model).recipe(job.recipe.recipe()).engine(engine)
          .reduction(reduction).folder(folder.path());
      var session = folder.hasCheckpoint() ? trainer.resume(train, validation)
          : trainer.session(train, validation);
      session.checkpointSteps(job.checkpointSteps);
      boolean writes = reduction.member() == 0;
      session.fit(writes ? folder : TrainingListener.SILENT);
      if (writes) {
        folder.publish();
      }
    }
  }
}
