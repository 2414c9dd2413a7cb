/** What may block is kept off the event loops. */
@NullMarked
package dev.pathline.api.concurrent;

import org.jspecify.annotations.NullMarked;
