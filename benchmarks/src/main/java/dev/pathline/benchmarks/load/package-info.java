/** A load generator for a running server, ours or a peer's. */
@NullMarked
package dev.pathline.benchmarks.load;

import org.jspecify.annotations.NullMarked;
