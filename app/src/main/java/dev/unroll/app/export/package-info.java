/// The command `unroll export`: models in the formats of other programs, a class a format.
@NullMarked
package dev.unroll.app.export;

import org.jspecify.annotations.NullMarked;
