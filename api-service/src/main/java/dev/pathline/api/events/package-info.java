/** Server-sent events: positions, heartbeats, headers. */
@NullMarked
package dev.pathline.api.events;

import org.jspecify.annotations.NullMarked;
