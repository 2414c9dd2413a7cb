/** Specifications of distillations, written from a teacher and a method. */
@NullMarked
package dev.pathline.trainer.distillation;

import org.jspecify.annotations.NullMarked;
