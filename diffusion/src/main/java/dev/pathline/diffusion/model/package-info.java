/** Networks as functions, and models with closed forms to test against. */
@NullMarked
package dev.pathline.diffusion.model;

import org.jspecify.annotations.NullMarked;
