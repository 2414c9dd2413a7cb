/** The records that travel: requests, answers and events, with the JSON of {@code docs/api.md}. */
@NullMarked
package dev.pathline.common.wire;

import org.jspecify.annotations.NullMarked;
