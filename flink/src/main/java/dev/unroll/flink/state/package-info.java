/// How what we keep and send is written: states of keys, bad events, sources of models. Nothing
/// here is called by users.
@NullMarked
package dev.unroll.flink.state;

import org.jspecify.annotations.NullMarked;
