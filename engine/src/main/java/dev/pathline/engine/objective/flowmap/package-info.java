/** Objectives that learn a flow map from data alone: each is one class, with its source. */
@NullMarked
package dev.pathline.engine.objective.flowmap;

import org.jspecify.annotations.NullMarked;
