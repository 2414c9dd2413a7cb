/** How good samples are: a classifier, what it says of them, and distances of distributions with their intervals. */
@NullMarked
package dev.pathline.engine.metrics;

import org.jspecify.annotations.NullMarked;
