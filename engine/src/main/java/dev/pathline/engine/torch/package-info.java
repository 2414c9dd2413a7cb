/**
 * The seam to DJL's PyTorch engine: the one package that imports {@code ai.djl.pytorch}. It loads libtorch, runs
 * TorchScript archives that Java has written, and moves numbers in and out.
 */
@NullMarked
package dev.pathline.engine.torch;

import org.jspecify.annotations.NullMarked;
