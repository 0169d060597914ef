/// The Open Inference Protocol, version 2: tensors, requests and answers, as JSON and as bytes.
@NullMarked
package dev.unroll.server.protocol;

import org.jspecify.annotations.NullMarked;
