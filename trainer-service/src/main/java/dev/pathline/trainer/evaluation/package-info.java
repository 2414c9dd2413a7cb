/** With what a finished model is measured: the data and the classifier that somebody asks for, or that fit it. */
@NullMarked
package dev.pathline.trainer.evaluation;

import org.jspecify.annotations.NullMarked;
