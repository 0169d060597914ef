package dev.unroll.kernel.bytecode;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import dev.unroll.expr.Function;
import dev.unroll.kernel.plan.Instruction;
import dev.unroll.kernel.plan.Stage;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes the class of a stage: `run` calls, for each row, one method after the other, each of them
/// a few loops over the columns.
///
/// Long stages have several methods, which share values in scratch memory. C2 stops inlining the
/// Vector API's methods into a method that has grown too large, and calls instead cost a hundred
/// times as much as an instruction: the layer-normalized LSTM took 3 times as long with methods of
/// up to 5000 bytes.
final class Emitter {
  /// The package of all emitted classes.
  static final String PACKAGE = "dev.unroll.emitted.";

  /// The approximate limit in bytes on the loops of a method together.
  private static final int LONGEST_METHOD = 1500;

  private static final ClassDesc LOOPS = ElementLoops.class.describeConstable().orElseThrow();
  private static final MethodTypeDesc RUN = MethodTypeDesc.ofDescriptor("([[F[I[II[III[F)V");
  private static final MethodTypeDesc MOVE = MethodTypeDesc.ofDescriptor("([I[II)V");

  /// With up to this many methods, each computes its positions for a row faster than they can be
  /// moved for all: with two, as an LSTM has, moving costs up to 6 % of a pass at H = 64, with
  /// eight it saves 5 %.
  private static final int FEW_METHODS = 3;

  private final Origin origin;
  private final int lanes;
  private final Program program;
  private final Loops loops;
  private final List<List<Integer>> methods = new ArrayList<>();
  private final Map<Integer, Integer> shared = new HashMap<>();
  private final int sums;

  /// @param lanes the floats of a vector: 4, 8 or 16
  /// @param apart whether each buffer has an array of its own
  Emitter(Stage.Rows rows, Origin origin, int lanes, boolean apart) {
    this.origin = origin;
    this.lanes = lanes;
    program = new Program(rows, apart);
    loops = new Loops(program);
    divide();
    findShared();
    sums = (int) loops.units().stream()
        .mapToLong(u -> u.work().stream()
            .filter(w -> w instanceof Work.Compute c && c.sums()).count())
        .max().orElse(0);
  }

  Program program() {
    return program;
  }

  List<Integer> registerSizes() {
    return loops.registerSizes();
  }

  /// The number of floats of scratch memory before the registers.
  int scratch() {
    return vectorPlace() + (turns() ? 16 : 0);
  }

  /// Where a vector of large angles lies in scratch memory.
  private int vectorPlace() {
    return shared.size() + 16 * sums;
  }

  private boolean turns() {
    return loops.units().stream().flatMap(u -> u.work().stream())
        .anyMatch(w -> w instanceof Work.Compute c && c.instruction() instanceof Instruction.Apply a
            && (a.function() == Function.SIN || a.function() == Function.COS));
  }

  /// Puts loops together into one method while they fit.
  private void divide() {
    int bytes = LONGEST_METHOD;
    for (int u = 0; u < loops.units().size(); u++) {
      int its = loops.units().get(u).work().stream().mapToInt(Loops::bytes).sum() + 200;
      if (bytes + its > LONGEST_METHOD) {
        methods.add(new ArrayList<>());
        bytes = 0;
      }
      methods.getLast().add(u);
      bytes += its;
    }
  }

  private void findShared() {
    for (var method : methods) {
      for (int u : method) {
        for (var work : loops.units().get(u).work()) {
          for (var operand : work.reads()) {
            if (operand instanceof Value.Computed(int n) && program.isNumber(operand)
                && !method.contains(loops.unitOf(n))) {
              shared.putIfAbsent(n, shared.size());
            }
          }
        }
      }
    }
  }

  String className() {
    return PACKAGE + origin.cell().replaceAll("[.;\\[/<>:\\\\]", "_");
  }

  byte[] bytes() {
    var name = ClassDesc.of(className());
    return ClassFile.of().build(name, type -> {
      type.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL)
          .withInterfaceSymbols(LOOPS)
          .with(SourceFileAttribute.of(origin.cell()))
          .withMethodBody(INIT_NAME, MTD_void, ClassFile.ACC_PUBLIC, c -> c.aload(0)
              .invokespecial(CD_Object, INIT_NAME, MTD_void).return_())
          .withMethodBody("run", RUN, ClassFile.ACC_PUBLIC, c -> writeRun(c, name));
      for (int m = 0; m < methods.size(); m++) {
        var units = methods.get(m);
        type.withMethodBody(method(m), RUN, ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC,
            c -> write(units).writeTo(c));
      }
    });
  }

  private String method(int number) {
    return methods.size() == 1 ? origin.pass() : origin.pass() + "_" + (number + 1);
  }

  private boolean moves() {
    return methods.size() > FEW_METHODS;
  }

  /// Writes `run`: for each row, it calls the methods in order.
  private void writeRun(CodeBuilder c, ClassDesc name) {
    int row = 9;
    var head = c.newLabel();
    var end = c.newLabel();
    c.iconst_0().istore(row);
    c.labelBinding(head).iload(row).iload(4).if_icmpge(end);
    for (int m = 0; m < methods.size(); m++) {
      c.aload(1).aload(2).aload(3).iload(row).aload(5).iload(6).iload(7).aload(8)
          .invokestatic(name, method(m), RUN);
    }
    if (moves()) {
      c.aload(2).aload(3).iconst_1().invokestatic(LOOPS, "move", MOVE, true);
    }
    c.iinc(row, 1).goto_(head).labelBinding(end);
    if (moves()) {
      c.aload(2).aload(3).iload(4).ineg().invokestatic(LOOPS, "move", MOVE, true);
    }
    c.return_();
  }

  private Code write(List<Integer> units) {
    var part = new Part(program, shared, moves());
    for (int u : units) {
      var unit = loops.units().get(u);
      if (unit.size() == Work.ONE) {
        unit.work().forEach(work -> number(part, work));
      } else {
        new LoopWriter(part, program, loops, u, lanes, shared.size(), vectorPlace()).write();
      }
    }
    return part.code();
  }

  private static void number(Part part, Work work) {
    var code = part.body().equation(work.equation());
    switch (work) {
      case Work.Store(var value, int slot, int _, int _) -> {
        int number = part.number(value, code);
        code.vector(part.array(slot)).integer(part.position(slot)).number(number)
            .add(c -> c.fastore());
      }
      case Work.Compute(int number, var instruction, var operands, int _, int _) -> {
        var locals = operands.stream().map(o -> part.number(o, code)).toList();
        locals.forEach(code::number);
        code.add(c -> NumberCode.write(c, instruction));
        part.keepNumber(new Value.Computed(number), code);
      }
    }
  }
}
