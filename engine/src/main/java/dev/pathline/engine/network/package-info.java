/** Architectures: configurations that build a graph whose weights are named as in Hugging Face diffusers. */
@NullMarked
package dev.pathline.engine.network;

import org.jspecify.annotations.NullMarked;
