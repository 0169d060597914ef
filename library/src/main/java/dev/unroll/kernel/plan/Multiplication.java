package dev.unroll.kernel.plan;

import dev.unroll.kernel.plan.Schedule.Phase;

/// A product of the plan and when it is computed.
record Multiplication(Phase phase, int level, Stage.Multiply stage) {}
