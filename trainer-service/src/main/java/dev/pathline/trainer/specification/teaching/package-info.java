/** What a specification says of the models that a run begins from and learns from. */
@NullMarked
package dev.pathline.trainer.specification.teaching;

import org.jspecify.annotations.NullMarked;
