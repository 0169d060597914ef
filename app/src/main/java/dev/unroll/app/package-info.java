/// The program `unroll`: [Main] puts the commands together. No package depends on it.
@NullMarked
package dev.unroll.app;

import org.jspecify.annotations.NullMarked;
