/** A network as data: a small graph of operations over named parameters, from which every program is derived. */
@NullMarked
package dev.pathline.engine.graph;

import org.jspecify.annotations.NullMarked;
