/** Trajectories of a teacher: what they are made of, how they are made, and the folder that they lie in. */
@NullMarked
package dev.pathline.engine.data.trajectory;

import org.jspecify.annotations.NullMarked;
