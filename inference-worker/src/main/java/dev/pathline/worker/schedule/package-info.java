/** Who goes next: pure functions and small state machines, without threads, clocks or tensors. */
@NullMarked
package dev.pathline.worker.schedule;

import org.jspecify.annotations.NullMarked;
