/** From a graph to TorchScript text: the same network for inference and for training, in a chosen numeric profile. */
@NullMarked
package dev.pathline.engine.script;

import org.jspecify.annotations.NullMarked;
