package dev.unroll.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A program in Scala, which is compiled here, trains and answers by the ML API.
@Tag("long")
class ScalaTest {
  @Test
  void aProgramInScala(@TempDir Path folder) throws Exception {
    var classes = Files.createDirectory(folder.resolve("classes"));
    assertThat(scala.tools.nsc.Main$.MODULE$.process(new String[] {"-nowarn", "-classpath",
      System.getProperty("java.class.path"), "-d", classes.toString(),
      "src/test/scala/Faults.scala"})).as("it compiles").isTrue();
    assertThat(DriverProcess.run(classes, "Faults", folder.toUri().toString()).lines())
        .containsExactly("id,vibration,state,prediction,class", "true", "[0,own],[1,own]");
  }
}
