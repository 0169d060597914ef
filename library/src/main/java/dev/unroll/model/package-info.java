/// Models made of layers, and their losses.
@NullMarked
package dev.unroll.model;

import org.jspecify.annotations.NullMarked;
