/// The search for settings that suit the data better than the defaults. [Tuning] is the search,
/// [Space] where it searches, and [Settings] what it finds.
@NullMarked
package dev.unroll.task.tune;

import org.jspecify.annotations.NullMarked;
