/** The library's front door: a checkpoint on disk as an object that makes samples. */
@NullMarked
package dev.pathline.engine;

import org.jspecify.annotations.NullMarked;
