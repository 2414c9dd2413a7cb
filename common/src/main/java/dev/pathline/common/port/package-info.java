/**
 * The ports: what the services need from the world. Methods may block on a network and are called from threads that
 * may block, never from an event loop; streams are Reactor publishers. Nothing but serialisable records and opaque
 * strings goes through them, and every adapter passes the port's contract test.
 */
@NullMarked
package dev.pathline.common.port;

import org.jspecify.annotations.NullMarked;
