/** How good a model is: what a classifier says of its samples, and how far their features are from real ones. */
@NullMarked
package dev.pathline.engine.evaluation;

import org.jspecify.annotations.NullMarked;
