/// Where the values of parameters lie: floats in one array, and matrices of a smaller precision.
@NullMarked
package dev.unroll.tensor.store;

import org.jspecify.annotations.NullMarked;
