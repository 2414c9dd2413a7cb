/**
 * What is known of a difference between two arms, and what is not: pure functions of counts and sums, without a clock and without a
 * store. Where Apache Commons Statistics has a distribution or a test, it is that.
 */
@NullMarked
package dev.pathline.api.experiments.statistics;

import org.jspecify.annotations.NullMarked;
