/// Series as forecasters and detectors read them: scaled, in windows that lie over each other in
/// memory once.
@NullMarked
package dev.unroll.task.window;

import org.jspecify.annotations.NullMarked;
