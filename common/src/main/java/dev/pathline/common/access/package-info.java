/** Who may do what: API keys, their roles and their limits. */
@NullMarked
package dev.pathline.common.access;

import org.jspecify.annotations.NullMarked;
