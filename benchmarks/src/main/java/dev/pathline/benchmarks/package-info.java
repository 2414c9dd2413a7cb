/** Benchmarks that anyone can run. */
@NullMarked
package dev.pathline.benchmarks;

import org.jspecify.annotations.NullMarked;
