/** All services in one JVM: the place where adapters are chosen. */
@NullMarked
package dev.pathline.standalone.server;

import org.jspecify.annotations.NullMarked;
