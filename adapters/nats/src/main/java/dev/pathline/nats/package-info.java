/** Events of jobs and signals between processes, by NATS JetStream. */
@NullMarked
package dev.pathline.nats;

import org.jspecify.annotations.NullMarked;
