/// The small networks behind the pages to learn from, computed when somebody moves a slider.
@NullMarked
package dev.unroll.app.studio.learn;

import org.jspecify.annotations.NullMarked;
