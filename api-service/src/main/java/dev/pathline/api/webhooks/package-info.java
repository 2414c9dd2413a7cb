/** Tells others when jobs have ended. */
@NullMarked
package dev.pathline.api.webhooks;

import org.jspecify.annotations.NullMarked;
