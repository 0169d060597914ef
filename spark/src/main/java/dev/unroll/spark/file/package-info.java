/// What the other packages read and write in the file systems of a cluster.
@NullMarked
package dev.unroll.spark.file;

import org.jspecify.annotations.NullMarked;
