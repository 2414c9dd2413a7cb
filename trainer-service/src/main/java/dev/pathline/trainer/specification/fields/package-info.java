/** The fields of a specification by name, type and range, and the mistakes in them. */
@NullMarked
package dev.pathline.trainer.specification.fields;

import org.jspecify.annotations.NullMarked;
