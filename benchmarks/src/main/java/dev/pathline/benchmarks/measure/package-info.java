/** What several benchmarks read and reckon. */
@NullMarked
package dev.pathline.benchmarks.measure;

import org.jspecify.annotations.NullMarked;
