/** The adapters of services in several processes, as the configuration says: the place where they are chosen. */
@NullMarked
package dev.pathline.distributed;

import org.jspecify.annotations.NullMarked;
