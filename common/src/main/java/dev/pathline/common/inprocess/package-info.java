/** Adapters of the ports for one JVM: no server to install, bounded memory, nothing survives a restart. */
@NullMarked
package dev.pathline.common.inprocess;

import org.jspecify.annotations.NullMarked;
