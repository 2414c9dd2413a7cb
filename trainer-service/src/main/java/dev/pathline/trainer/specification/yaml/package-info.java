/** YAML as people write it: values, how they were written, and where it is none. */
@NullMarked
package dev.pathline.trainer.specification.yaml;

import org.jspecify.annotations.NullMarked;
