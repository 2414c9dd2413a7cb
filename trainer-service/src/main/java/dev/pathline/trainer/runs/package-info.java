/**
 * Training runs that outlive processes: their folders and records, one run's life, and the supervisor that gives the
 * device to one after the other.
 */
@NullMarked
package dev.pathline.trainer.runs;

import org.jspecify.annotations.NullMarked;
