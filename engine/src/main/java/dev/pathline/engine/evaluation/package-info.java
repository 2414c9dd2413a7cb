/**
 * How good a model is: what a classifier says of its samples, and how far their features are from real ones. What is real is
 * in {@code real}, what was measured in {@code report}.
 */
@NullMarked
package dev.pathline.engine.evaluation;

import org.jspecify.annotations.NullMarked;
