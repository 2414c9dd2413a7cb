/** {@code pathline experiment}: experiments of a server that runs. */
@NullMarked
package dev.pathline.standalone.cli.experiment;

import org.jspecify.annotations.NullMarked;
