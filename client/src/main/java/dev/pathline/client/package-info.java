/** A typed client of the HTTP API. */
@NullMarked
package dev.pathline.client;

import org.jspecify.annotations.NullMarked;
