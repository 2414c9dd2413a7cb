/** What diffusers' schedulers say about a model, as parts of a card, and the other way round. */
@NullMarked
package dev.pathline.engine.checkpoint.scheduler;

import org.jspecify.annotations.NullMarked;
