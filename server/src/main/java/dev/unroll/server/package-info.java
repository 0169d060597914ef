/// A server of models: [UnrollServer] answers requests over HTTP.
@NullMarked
package dev.unroll.server;

import org.jspecify.annotations.NullMarked;
