/** The comparison with Python. */
@NullMarked
package dev.pathline.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
