/// The program `unroll`: [Main] puts the commands together. Nobody depends on it.
@NullMarked
package dev.unroll.app;

import org.jspecify.annotations.NullMarked;
