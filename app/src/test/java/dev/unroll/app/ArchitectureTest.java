package dev.unroll.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The rooms of `ARCHITECTURE.md` and the doors between them.
class ArchitectureTest {

  /// Each package below `dev.unroll`, what it may use of the others, and how many classes it has at
  /// least: a rule that sees nothing holds always.
  enum Room {
    // @formatter:off
    EXPR("expr", 20),
    CELL("cell", 10, EXPR),
    TENSOR("tensor", 3),
    FORMAT("format", 8, TENSOR),
    KERNEL("kernel", 30, EXPR, TENSOR),
    ENGINE("", 1, KERNEL),
    LAYER("layer", 8, EXPR, CELL, TENSOR, KERNEL, ENGINE),
    DATA("data", 15, TENSOR),
    TABLE("table", 8, TENSOR, FORMAT, DATA),
    SCORE("score", 4, TENSOR, DATA),
    SERIES("series", 8, DATA, TABLE),
    MODEL("model", 4, EXPR, CELL, TENSOR, FORMAT, KERNEL, ENGINE, LAYER, DATA),
    ONNX("onnx", 20, EXPR, CELL, TENSOR, FORMAT, KERNEL, ENGINE, LAYER, DATA, MODEL),
    EXCHANGE("exchange", 15, EXPR, CELL, TENSOR, FORMAT, ENGINE, LAYER, DATA, MODEL, ONNX),
    INSPECT("inspect", 3, EXPR, CELL, TENSOR, KERNEL, ENGINE, LAYER, DATA, MODEL),
    TRAIN("train", 10, EXPR, CELL, TENSOR, FORMAT, KERNEL, ENGINE, LAYER, DATA, MODEL),
    TASK("task", 12, EXPR, CELL, TENSOR, FORMAT, KERNEL, ENGINE, LAYER, DATA, TABLE, SCORE, SERIES, MODEL, TRAIN),
    STREAM("stream", 12, TENSOR, FORMAT, ENGINE, LAYER, DATA, MODEL, ONNX, SERIES, TASK),
    DATASETS("datasets", 15, TENSOR, DATA, TABLE),
    FLINK("flink", 25, DATA, LAYER, STREAM),
    KERAS("keras", 8, EXPR, CELL, TENSOR, FORMAT, ENGINE, LAYER, DATA, MODEL, EXCHANGE),
    KAFKA("kafka", 5, DATA, LAYER, STREAM),
    SPARK("spark", 40, EXPR, CELL, TENSOR, FORMAT, ENGINE, LAYER, DATA, TABLE, SERIES, MODEL, TRAIN, TASK, STREAM),
    SERVER("server", 40, TENSOR, FORMAT, ENGINE, LAYER, DATA, TABLE, SERIES, MODEL, ONNX, TRAIN, TASK, STREAM),
    TESTKIT("testkit", 5, EXPR, CELL, TENSOR, FORMAT, KERNEL, ENGINE, LAYER, DATA, TABLE, SCORE, SERIES, MODEL, ONNX, EXCHANGE, INSPECT, TRAIN, TASK, STREAM),
    APP("app", 10, EXPR, CELL, TENSOR, FORMAT, KERNEL, ENGINE, LAYER, DATA, TABLE, SCORE, SERIES, MODEL, ONNX, EXCHANGE, INSPECT, TRAIN, TASK, STREAM, DATASETS, KERAS, SERVER),
    EXAMPLES("examples", 9, EXPR, CELL, TENSOR, FORMAT, KERNEL, ENGINE, LAYER, DATA, TABLE, SCORE, SERIES, MODEL, ONNX, EXCHANGE, INSPECT, TRAIN, TASK, STREAM, DATASETS, KERAS);
    // @formatter:on

    private final String name;
    private final int classes;
    private final Set<Room> mayUse;

    Room(String name, int classes, Room... mayUse) {
      this.name = name;
      this.classes = classes;
      this.mayUse = Set.of(mayUse);
    }

    String packageName() {
      return name.isEmpty() ? "dev.unroll" : "dev.unroll." + name;
    }

    boolean has(JavaClass type) {
      return name.isEmpty() ? type.getPackageName().equals(packageName())
          : inPackage(packageName()).test(type);
    }

    boolean mayUse(JavaClass type) {
      return has(type) || mayUse.stream().anyMatch(room -> room.has(type));
    }

    boolean isInLibrary() {
      return compareTo(STREAM) <= 0;
    }

    /// Whether its packages are kept small.
    boolean hasSmallPackages() {
      return hasTidyPackages() || this == APP;
    }

    /// Whether its packages are kept free of circles as well.
    boolean hasTidyPackages() {
      return isInLibrary() || this == FLINK || this == KAFKA || this == KERAS
          || this == SERVER;
    }
  }

  private static final String KERNEL_VECTOR = "dev.unroll.kernel.vector";
  private static final Predicate<JavaClass> VECTOR_API = inPackage("jdk.incubator.vector");

  /// The JSON reader that the jar of the library contains; it still has its own name where the
  /// library is not packed, as in `mvn test`.
  private static final Predicate<JavaClass> JSON =
      inPackage("dev.unroll.internal.json").or(inPackage("com.grack.nanojson"));

  /// The CSV reader, likewise.
  private static final Predicate<JavaClass> CSV =
      inPackage("dev.unroll.internal.csv").or(inPackage("de.siegmar.fastcsv"));

  private static final Predicate<JavaClass> READERS = JSON.or(CSV);

  private static final Predicate<JavaClass> JAVA =
      inPackage("java").or(inPackage("javax.crypto")).or(inPackage("javax.net"))
          .or(inPackage("org.jspecify.annotations"));

  /// A package with more is no longer read as one thing.
  private static final int MOST_FILES = 25;

  private static final Pattern SAYS_NOTHING =
      Pattern.compile(".*(Util|Utils|Helper|Helpers|Manager|Impl)|Common.*");

  /// Packages of a room that need each other, and why. Everything else inside a room of the library
  /// or of a connector but Spark is free of circles.
  // @formatter:off
  private static final Map<Set<String>, String> CIRCLES = Map.of(
      Set.of("dev.unroll.expr", "dev.unroll.expr.text"),
      "a cell is read from its text and prints itself: Cell.parse and Cell.toString",
      Set.of("dev.unroll.tensor", "dev.unroll.tensor.store"),
      "parameters keep their values in a storage, which knows them by their blocks",
      Set.of("dev.unroll.model", "dev.unroll.model.part", "dev.unroll.model.decoding", "dev.unroll.model.file"),
      "structures are made, save themselves and are loaded in one call; what does it reads their inputs and outputs");
  // @formatter:on

  /// Names of top-level classes that two packages have, and why.
  // @formatter:off
  private static final Map<String, String> TWICE = Map.of(
      "NationalityOfName",
      "an example, and the published result of the same task that can be run again",
      "Scoring",
      "what users of Flink and of Kafka Streams name; a program has one of them");
  // @formatter:on

  private static final JavaClasses CLASSES = new ClassFileImporter()
      .withImportOption(new ImportOption.DoNotIncludeTests())
      .importPackages("dev.unroll");

  @Test
  void everyClassIsInARoomOfTheTable() {
    var homeless = CLASSES.stream()
        .filter(READERS.negate())
        .filter(type -> Stream.of(Room.values()).noneMatch(room -> room.has(type)))
        .map(JavaClass::getName);
    assertThat(homeless).as("classes in no room of ArchitectureTest and ARCHITECTURE.md").isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void theRoomIsNotEmpty(Room room) {
    assertThat(CLASSES.stream().filter(room::has).filter(JavaClass::isTopLevelClass))
        .as("classes that were found in " + room.packageName())
        .hasSizeGreaterThanOrEqualTo(room.classes);
  }

  @ParameterizedTest
  @EnumSource
  void theRoomUsesOnlyTheRoomsBelow(Room room) {
    var wrong = uses(room::has, used -> inPackage("dev.unroll").test(used)
        && !room.mayUse(used)
        && !(room == Room.FORMAT && JSON.test(used))
        && !(room == Room.TABLE && CSV.test(used)));
    assertThat(wrong).as(room.packageName() + " may use " + room.mayUse).isEmpty();
  }

  @Test
  void packagesFormNoCircles() {
    var circles = Stream.of(Room.values()).filter(Room::hasTidyPackages)
        .flatMap(room -> circles(packages(room)).stream()).collect(Collectors.toSet());
    assertThat(circles).as("circles of packages inside rooms").isEqualTo(CIRCLES.keySet());
  }

  @Test
  void packagesAreReadable() {
    var sizes = CLASSES.stream().filter(JSON.negate()).filter(JavaClass::isTopLevelClass)
        .filter(type -> !type.getSimpleName().equals("package-info"))
        .filter(type -> Stream.of(Room.values()).anyMatch(r -> r.hasSmallPackages() && r.has(type)))
        .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
    assertThat(sizes).isNotEmpty().allSatisfy((home, files) -> assertThat(files).as(home)
        .isLessThanOrEqualTo(MOST_FILES));
  }

  /// The packages of a room, each with those of the room that it uses.
  private static Map<String, Set<String>> packages(Room room) {
    var packages = new TreeMap<String, Set<String>>();
    CLASSES.stream().filter(room::has).filter(JSON.negate()).forEach(type -> packages
        .computeIfAbsent(type.getPackageName(), _ -> new TreeSet<>())
        .addAll(type.getDirectDependenciesFromSelf().stream()
            .map(ArchitectureTest::target).filter(room::has)
            .map(JavaClass::getPackageName).toList()));
    return packages;
  }

  /// The largest sets of packages each of which needs, by way of others, all the others.
  private static Set<Set<String>> circles(Map<String, Set<String>> uses) {
    var circles = new HashSet<Set<String>>();
    for (var home : uses.keySet()) {
      var circle = new TreeSet<String>();
      for (var other : reached(home, uses)) {
        if (reached(other, uses).contains(home)) {
          circle.add(other);
        }
      }
      if (circle.size() > 1) {
        circles.add(circle);
      }
    }
    return circles;
  }

  private static Set<String> reached(String from, Map<String, Set<String>> uses) {
    var reached = new TreeSet<String>();
    var waiting = new ArrayDeque<>(Set.of(from));
    while (!waiting.isEmpty()) {
      var next = waiting.remove();
      if (reached.add(next)) {
        waiting.addAll(uses.getOrDefault(next, Set.of()));
      }
    }
    return reached;
  }

  @Test
  void theLibraryNeedsJavaAlone() {
    var wrong = uses(
        type -> Stream.of(Room.values()).anyMatch(room -> room.isInLibrary() && room.has(type)),
        used -> !inPackage("dev.unroll").or(JAVA).or(VECTOR_API).or(READERS).test(used));
    assertThat(wrong).isEmpty();
  }

  @Test
  void onlyFormatReadsJson() {
    assertThat(uses(Room.FORMAT::has, JSON)).as("uses that are known").isNotEmpty();
    assertThat(uses(type -> !Room.FORMAT.has(type) && !JSON.test(type), JSON)).isEmpty();
  }

  @Test
  void onlyTableReadsCsv() {
    assertThat(uses(Room.TABLE::has, CSV)).as("uses that are known").isNotEmpty();
    assertThat(uses(type -> !Room.TABLE.has(type) && !CSV.test(type), CSV)).isEmpty();
  }

  @Test
  void onlyKernelVectorTouchesTheVectorApi() {
    var kernelVector = inPackage(KERNEL_VECTOR);
    assertThat(uses(kernelVector, VECTOR_API)).as("uses that are known").isNotEmpty();
    assertThat(uses(kernelVector.negate(), VECTOR_API)).isEmpty();
  }

  @Test
  void everyPackageIsNullMarked() {
    var open = CLASSES.stream()
        .filter(READERS.negate())
        .map(JavaClass::getPackage)
        .filter(home -> !home.isAnnotatedWith(NullMarked.class))
        .map(JavaPackage::getName);
    assertThat(open).as("packages without @NullMarked in package-info.java").isEmpty();
  }

  @Test
  void everyNameSaysSomething() {
    var empty = CLASSES.stream()
        .filter(READERS.negate())
        .map(JavaClass::getSimpleName)
        .filter(SAYS_NOTHING.asMatchPredicate());
    assertThat(empty).isEmpty();
  }

  /// `Table` was a file with columns and an element of a page, `Split` examples that are divided
  /// and work that is: whoever reads a name has to know which.
  @Test
  void aNameHasOneMeaning() {
    var homes = CLASSES.stream().filter(READERS.negate()).filter(JavaClass::isTopLevelClass)
        .filter(type -> !type.getSimpleName().equals("package-info"))
        .collect(Collectors.groupingBy(JavaClass::getSimpleName, TreeMap::new,
            Collectors.mapping(JavaClass::getPackageName, Collectors.toCollection(TreeSet::new))));
    assertThat(homes).hasSizeGreaterThan(500);
    homes.values().removeIf(packages -> packages.size() == 1);
    assertThat(homes.keySet()).as("names of classes in several packages: %s", homes)
        .isEqualTo(TWICE.keySet());
  }

  private static Set<String> uses(Predicate<JavaClass> user, Predicate<JavaClass> used) {
    return CLASSES.stream()
        .filter(user)
        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
        .filter(dependency -> used.test(target(dependency)))
        .map(Dependency::getDescription)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static JavaClass target(Dependency dependency) {
    return dependency.getTargetClass().getBaseComponentType();
  }

  private static Predicate<JavaClass> inPackage(String name) {
    return type -> (type.getPackageName() + ".").startsWith(name + ".");
  }
}
