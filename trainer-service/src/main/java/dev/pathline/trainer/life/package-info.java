/** The life of a training run: its record, and the one function that moves it. */
@NullMarked
package dev.pathline.trainer.life;

import org.jspecify.annotations.NullMarked;
