/// Models as the server runs them: tensors in, tensors out, whatever kind of model it is.
@NullMarked
package dev.unroll.server.model;

import org.jspecify.annotations.NullMarked;
