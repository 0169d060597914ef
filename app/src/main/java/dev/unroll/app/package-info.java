/// The command line: `train`, `generate`, `evaluate`, `cells`, `info`. Nobody depends on it.
@NullMarked
package dev.unroll.app;

import org.jspecify.annotations.NullMarked;
