/** Time grids: where a solver's steps begin and end. */
@NullMarked
package dev.pathline.diffusion.grid;

import org.jspecify.annotations.NullMarked;
