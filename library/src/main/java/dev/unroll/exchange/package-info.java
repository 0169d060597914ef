/// Models from other libraries and for them: their weights, by name, become models of this one.
@NullMarked
package dev.unroll.exchange;

import org.jspecify.annotations.NullMarked;
