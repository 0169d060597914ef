/// What Keras writes: HDF5, and zip archives with HDF5 in them.
@NullMarked
package dev.unroll.keras.file;

import org.jspecify.annotations.NullMarked;
