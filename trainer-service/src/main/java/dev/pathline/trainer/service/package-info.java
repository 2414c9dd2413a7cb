/** The trainer as a process of its own. */
@NullMarked
package dev.pathline.trainer.service;

import org.jspecify.annotations.NullMarked;
