/** What a network predicts, and the exact conversions between the predictions. */
@NullMarked
package dev.pathline.diffusion.prediction;

import org.jspecify.annotations.NullMarked;
