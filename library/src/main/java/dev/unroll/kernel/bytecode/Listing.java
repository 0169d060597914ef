package dev.unroll.kernel.bytecode;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// An emitted class as text: its methods instruction by instruction, under the equations they
/// compute.
final class Listing {
  private final Origin origin;
  private final StringBuilder text = new StringBuilder();
  private final Map<Label, String> labels = new HashMap<>();

  private Listing(Origin origin) {
    this.origin = origin;
  }

  static String of(byte[] bytes, Origin origin) {
    var listing = new Listing(origin);
    var type = ClassFile.of().parse(bytes);
    listing.text.append("class ").append(type.thisClass().asInternalName().replace('/', '.'))
        .append("  ")
        .append(bytes.length).append(" bytes\n");
    for (var method : type.methods()) {
      if (!method.methodName().equalsString("<init>")) {
        listing.print(method);
      }
    }
    return listing.text.toString();
  }

  private void print(MethodModel method) {
    var code = method.code().orElseThrow();
    int bytes = method.findAttribute(Attributes.code()).orElseThrow()
        .codeLength();
    text.append("  ").append(method.methodName()).append("  ").append(bytes).append(" bytes\n");
    labels.clear();
    for (var element : code.elementList()) {
      if (element instanceof BranchInstruction branch) {
        labels.computeIfAbsent(branch.target(), _ -> "L" + (labels.size() + 1));
      }
    }
    for (var element : code.elementList()) {
      print(element);
    }
  }

  private void print(CodeElement element) {
    switch (element) {
      case LineNumber line -> text.append("    // ").append(origin.equation(line.line()))
          .append('\n');
      case LabelTarget target -> {
        if (labels.containsKey(target.label())) {
          text.append("    ").append(labels.get(target.label())).append(":\n");
        }
      }
      case Instruction instruction -> text.append("      ")
          .append(name(instruction)).append(operand(instruction))
          .append('\n');
      default -> {}
    }
  }

  /// The name without the slot or number that some opcodes have in it.
  private static String name(Instruction instruction) {
    var name = instruction.opcode().name().toLowerCase(Locale.ROOT);
    return switch (instruction) {
      case LoadInstruction _, StoreInstruction _ -> name.replaceAll("_.*", "");
      case ConstantInstruction _ -> "constant";
      default -> name;
    };
  }

  private String operand(Instruction instruction) {
    return switch (instruction) {
      case LoadInstruction load -> " " + load.slot();
      case StoreInstruction store -> " " + store.slot();
      case IncrementInstruction increment -> " " + increment.slot() + " " + increment.constant();
      case ConstantInstruction constant -> " " + constant.constantValue();
      case BranchInstruction branch -> " " + labels.get(branch.target());
      case FieldInstruction field -> " " + name(field.owner().asSymbol()) + "." + field.name();
      case InvokeInstruction call -> " " + name(call.owner().asSymbol()) + "." + call.name()
          + call.typeSymbol().displayDescriptor();
      case TypeCheckInstruction check -> " " + name(check.type().asSymbol());
      default -> "";
    };
  }

  private static String name(ClassDesc type) {
    return type.displayName();
  }
}
