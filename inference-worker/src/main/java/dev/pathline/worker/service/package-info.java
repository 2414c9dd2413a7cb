/** The worker as a process of its own. */
@NullMarked
package dev.pathline.worker.service;

import org.jspecify.annotations.NullMarked;
