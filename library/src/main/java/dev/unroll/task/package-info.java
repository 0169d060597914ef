/// What recurrent networks are used for, one type for each job: from data to answers with names.
@NullMarked
package dev.unroll.task;

import org.jspecify.annotations.NullMarked;
