/** What can go wrong, as data: codes that own their HTTP status, title and advice. */
@NullMarked
package dev.pathline.common.error;

import org.jspecify.annotations.NullMarked;
