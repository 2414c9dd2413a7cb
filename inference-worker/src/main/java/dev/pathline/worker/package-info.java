/** The inference worker: claims jobs, batches the rows of their samples on a device, and tells what happens. */
@NullMarked
package dev.pathline.worker;

import org.jspecify.annotations.NullMarked;
