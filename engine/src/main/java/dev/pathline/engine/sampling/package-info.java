/** The batched tensor executor: slots of many plans advance together, one network evaluation a tick. */
@NullMarked
package dev.pathline.engine.sampling;

import org.jspecify.annotations.NullMarked;
