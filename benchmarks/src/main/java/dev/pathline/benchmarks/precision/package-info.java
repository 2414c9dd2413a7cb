/** Work-precision diagrams: what each solver's error is for what it costs. */
@NullMarked
package dev.pathline.benchmarks.precision;

import org.jspecify.annotations.NullMarked;
