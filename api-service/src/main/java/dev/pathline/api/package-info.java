/** The API service: HTTP in front of the ports. */
@NullMarked
package dev.pathline.api;

import org.jspecify.annotations.NullMarked;
