/// Whole programs on Flink: `examples/run MachineAlarms FILE`, `examples/run NextClick`.
@NullMarked
package dev.unroll.flink.example;

import org.jspecify.annotations.NullMarked;
