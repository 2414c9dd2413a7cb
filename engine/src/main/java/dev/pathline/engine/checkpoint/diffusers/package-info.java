/** Pipelines of Hugging Face diffusers: read into a checkpoint, and written from one. */
@NullMarked
package dev.pathline.engine.checkpoint.diffusers;

import org.jspecify.annotations.NullMarked;
