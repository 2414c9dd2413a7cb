/** What the services do with jobs (the state machine joined with the store and the log, and the forgetting), and how a process stops. */
@NullMarked
package dev.pathline.common.lifecycle;

import org.jspecify.annotations.NullMarked;
