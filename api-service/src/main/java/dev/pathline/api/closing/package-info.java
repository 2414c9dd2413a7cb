/** The end of the service: who still waits is told. */
@NullMarked
package dev.pathline.api.closing;

import org.jspecify.annotations.NullMarked;
