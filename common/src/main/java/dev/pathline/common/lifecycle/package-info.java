/** What the services do with jobs: the state machine joined with the store and the log, and the forgetting. */
@NullMarked
package dev.pathline.common.lifecycle;

import org.jspecify.annotations.NullMarked;
