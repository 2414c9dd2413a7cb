/** What the server is at, for those who run it. */
@NullMarked
package dev.pathline.api.operations;

import org.jspecify.annotations.NullMarked;
