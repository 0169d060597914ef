/// Texts that models write, whole or token by token.
@NullMarked
package dev.unroll.server.generate;

import org.jspecify.annotations.NullMarked;
