/** How many evaluations of the network a method needs: its numbers and its pictures for 1, 2, 4 and more of them. */
@NullMarked
package dev.pathline.benchmarks.steps;

import org.jspecify.annotations.NullMarked;
