/** What carries a trace from service to service. */
@NullMarked
package dev.pathline.common.trace;

import org.jspecify.annotations.NullMarked;
