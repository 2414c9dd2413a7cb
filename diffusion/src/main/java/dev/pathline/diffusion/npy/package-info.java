/** Arrays of numbers in NumPy's file format. */
@NullMarked
package dev.pathline.diffusion.npy;

import org.jspecify.annotations.NullMarked;
