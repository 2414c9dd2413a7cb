/** Checkpoints on disk: safetensors, the directory layout of diffusers, and the model's card. */
@NullMarked
package dev.pathline.engine.checkpoint;

import org.jspecify.annotations.NullMarked;
